package dev.limelight.onnx.pt2;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tensors that {@code torch.save} wrote into an entry of the archive. */
final class PickledTensors implements NamedTensors {

  private final TorchArchive archive;
  private final String entry;
  private @Nullable Map<String, TorchTensor> tensors;

  PickledTensors(TorchArchive archive, String entry) {
    this.archive = archive;
    this.entry = entry;
  }

  @Override
  public TorchTensor tensor(String name) throws IOException {
    if (tensors == null) {
      tensors = read();
    }
    // Where all names begin with "module.", a checkpoint is read without it.
    TorchTensor tensor = tensors.get(name);
    tensor = tensor == null ? tensors.get(name.replaceFirst("^module\\.", "")) : tensor;
    if (tensor == null) {
      throw new MalformedFileException(
          "has no weight " + Names.printable(name) + "; save it again");
    }
    return tensor;
  }

  /** A zip in a zip can be read from a file of its own alone. */
  private Map<String, TorchTensor> read() throws IOException {
    TorchArchive.checkTotal(archive.size(entry));
    Path copy = Files.createTempFile("limelight", ".pt");
    try {
      try (OutputStream out = Files.newOutputStream(copy)) {
        archive.copy(entry, out);
      }
      return TorchCheckpoint.read(copy).tensors();
    } catch (IOException e) {
      throw new MalformedFileException(
          "has weights that cannot be read: "
              + String.valueOf(e.getMessage()).replace(copy.toString(), entry));
    } finally {
      Files.delete(copy);
    }
  }
}
