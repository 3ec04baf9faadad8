package dev.limelight.fuzz.format;

import ai.djl.Model;
import dev.limelight.course.train.ConvNet;
import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Text;
import dev.limelight.io.Temporary;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Folders that DJL saved. */
@MetaInfServices(FuzzFormat.class)
public final class BlockFolderFuzz implements FuzzFormat {

  private static final int SIDE = 8;

  @Override
  public String name() {
    return "djl";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    Path folder = Temporary.add(Files.createTempDirectory("blocks"));
    try {
      ConvNet network = new ConvNet(SIDE, List.of(2, 4), 3, ConvNet.Head.POOLED);
      EngineName engine = EngineName.MXNET.isUsable() ? EngineName.MXNET : EngineName.PYTORCH;
      engine.engine().setRandomSeed(1);
      try (Model model = network.newModel("small", engine)) {
        network.save(model, folder);
      }
      return List.of(Sample.folder(folder, "small"));
    } finally {
      Temporary.delete(folder);
    }
  }

  @Override
  public List<Mutator> mutators(String file) {
    return file.endsWith(".properties")
        ? List.of(new Text(), new Text(), new Bytes())
        : List.of(new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Networks.read(input, whole);
  }
}
