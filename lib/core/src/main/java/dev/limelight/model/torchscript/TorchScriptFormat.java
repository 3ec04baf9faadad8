package dev.limelight.model.torchscript;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.cache.KeptFacts;
import dev.limelight.model.file.FileKind;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.support.UnsupportedException;
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
    return switch (FileKind.of(path)) {
      case TORCH_SCRIPT -> Claim.SPECIFIC;
      // A file that is damaged, or lacks the code, is refused for that.
      case UNKNOWN, CHECKPOINT -> Claim.byEnding(path, TorchScriptFile.ENDING);
      default -> Claim.NONE;
    };
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
    return load(path, engine, device, KeptFacts.NONE);
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device, KeptFacts facts)
      throws IOException {
    checkEngine(path, engine);
    return new TorchScriptFile(path).load(device, facts);
  }

  @Override
  public List<Path> files(Path path) {
    return List.of(path);
  }

  @Override
  public Network network(Model model) {
    return network(model, NetworkChoice.NONE);
  }

  @Override
  public Network network(Model model, NetworkChoice choice) {
    if (!choice.constants().isEmpty()) {
      throw new UnsupportedException(
          "the inputs of a TorchScript model beside the picture have their own defaults; put the"
              + " model into a module that gives them other values");
    }
    return new TorchScriptNetwork(model, choice);
  }

  /** A script does not give the size of its input. */
  @Override
  public NetworkInput input(Model model) {
    String known = model.getProperty(TorchScriptFile.CHANNELS);
    if (known != null && Long.parseLong(known) == TorchScriptNetwork.COLOURS) {
      return input(TorchScriptNetwork.COLOURS);
    }
    try (TorchScriptNetwork network = TorchScriptNetwork.ofFirstOutput(model)) {
      long channels = network.channels();
      return channels == 0 ? NetworkInput.UNKNOWN : input(channels);
    }
  }

  private static NetworkInput input(long channels) {
    return NetworkInput.UNKNOWN.withChannels(channels, "the first convolution");
  }

  @Override
  public boolean turnsPictures() {
    return true;
  }
}
