package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.JsonTree;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.SafetensorsHeader;
import dev.limelight.fuzz.mutation.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Folders with the config.json of a network and its weights. */
@MetaInfServices(FuzzFormat.class)
public final class HubFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "hub";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return List.of(Sample.folder(root.resolve(Networks.CORE + "hub"), "hub"));
  }

  @Override
  public List<Mutator> mutators(String file) {
    return file.endsWith(".json")
        ? List.of(new JsonTree(), new JsonTree(), new JsonTree(), new Text())
        : List.of(new SafetensorsHeader(), new SafetensorsHeader(), new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Networks.read(input, whole);
  }
}
