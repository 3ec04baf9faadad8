package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Programs of torch.export. */
@MetaInfServices(FuzzFormat.class)
public final class ExportedProgramFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "pt2";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return Sample.in(root, "lib/onnx/src/test/resources/pt2", 40_000, ".pt2");
  }

  @Override
  public List<Mutator> mutators(String file) {
    return Networks.archive();
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Networks.read(input, whole);
  }
}
