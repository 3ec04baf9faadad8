package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.SafetensorsHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Weights as safetensors. */
@MetaInfServices(FuzzFormat.class)
public final class SafetensorsFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return List.of(Sample.of(root, Networks.CORE + "checkpoints/types.safetensors"));
  }

  @Override
  public List<Mutator> mutators(String file) {
    return List.of(new SafetensorsHeader(), new SafetensorsHeader(), new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    CheckpointFuzz.readAll(input);
  }
}
