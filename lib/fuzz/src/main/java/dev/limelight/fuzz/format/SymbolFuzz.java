package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.JsonTree;
import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Symbols of MXNet with their parameters. */
@MetaInfServices(FuzzFormat.class)
public final class SymbolFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "mxnet";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return List.of(
        Sample.of(
            root,
            Networks.CORE + "fixtures/tiny-resnet-symbol.json",
            Networks.CORE + "fixtures/tiny-resnet-0000.params"));
  }

  @Override
  public List<Mutator> mutators(String file) {
    return file.endsWith(".json")
        ? List.of(new JsonTree(), new JsonTree(), new JsonTree(), new Bytes())
        : List.of(new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Networks.read(input, whole);
  }
}
