package dev.limelight.model.torchscript;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.input.NetworkInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TorchScript archives. */
public final class TorchScriptFormat implements NetworkFormat {

  @Override
  public String title() {
    return "a TorchScript model";
  }

  @Override
  public String files() {
    return "a TorchScript " + TorchScriptFile.ENDING;
  }

  @Override
  public List<EngineName> engines() {
    return List.of(EngineName.PYTORCH);
  }

  @Override
  public Claim claim(Path path) {
    return Claim.byEnding(path, TorchScriptFile.ENDING);
  }

  @Override
  public Claim claim(Model model) {
    // By name: PyTorch's own class may be missing.
    return model.getBlock().getClass().getSimpleName().equals("PtSymbolBlock")
        ? Claim.SPECIFIC
        : Claim.NONE;
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device) throws IOException {
    checkEngine(path, engine);
    return new TorchScriptFile(path).load(device);
  }

  @Override
  public List<Path> files(Path path) {
    return List.of(path);
  }

  @Override
  public Network network(Model model) {
    return new TorchScriptNetwork(model);
  }

  /** A script does not give the size of its input. */
  @Override
  public NetworkInput input(Model model) {
    try (TorchScriptNetwork network = new TorchScriptNetwork(model)) {
      long channels = network.channels();
      return channels == 0
          ? NetworkInput.UNKNOWN
          : NetworkInput.UNKNOWN.withChannels(channels, "the first convolution");
    }
  }

  @Override
  public boolean turnsPictures() {
    return true;
  }
}
