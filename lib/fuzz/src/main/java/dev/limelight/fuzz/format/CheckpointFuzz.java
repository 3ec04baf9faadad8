package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Pickle;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Checkpoints of PyTorch: archives, and pickles as older versions wrote them. */
@MetaInfServices(FuzzFormat.class)
public final class CheckpointFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return Sample.in(root, Networks.CORE + "checkpoints", 20_000, ".pth");
  }

  @Override
  public List<Mutator> mutators(String file) {
    return file.contains("legacy") || file.contains("stream")
        ? List.of(new Pickle(), new Pickle(), new Pickle(), new Bytes())
        : Networks.archive();
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    readAll(input);
  }

  /** Reads a checkpoint and the numbers of each of its tensors. */
  static void readAll(Path input) throws IOException {
    for (TorchTensor tensor : TorchCheckpoint.read(input).tensors().values()) {
      if (tensor.type().isInteger()) {
        tensor.toLongArray();
      } else {
        tensor.toFloatArray();
      }
    }
  }
}
