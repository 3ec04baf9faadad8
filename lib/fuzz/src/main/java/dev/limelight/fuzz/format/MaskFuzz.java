package dev.limelight.fuzz.format;

import dev.limelight.codec.Masks;
import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Masks. */
@MetaInfServices(FuzzFormat.class)
public final class MaskFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "mask";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return Sample.in(root, Networks.CORE + "fixtures", 1_000, ".png");
  }

  @Override
  public List<Mutator> mutators(String file) {
    return List.of(new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Masks.read(input);
  }
}
