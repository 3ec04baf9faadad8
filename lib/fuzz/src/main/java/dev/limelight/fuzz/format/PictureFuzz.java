package dev.limelight.fuzz.format;

import dev.limelight.codec.Pictures;
import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Pictures. */
@MetaInfServices(FuzzFormat.class)
public final class PictureFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "picture";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return Sample.in(
        root, Networks.CORE + "pictures", 20_000, ".png", ".jpg", ".gif", ".bmp", ".tif", ".webp");
  }

  @Override
  public List<Mutator> mutators(String file) {
    return List.of(new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Pictures.read(input);
  }
}
