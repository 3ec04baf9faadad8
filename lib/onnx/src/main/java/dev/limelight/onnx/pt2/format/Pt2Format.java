package dev.limelight.onnx.pt2.format;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.file.FileKind;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.onnx.OnnxFormat;
import dev.limelight.onnx.pt2.Pt2File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Programs that {@code torch.export.save} wrote. They are read without PyTorch and run by ONNX
 * Runtime; once loaded, they are ONNX models.
 */
public final class Pt2Format implements NetworkFormat {

  private final OnnxFormat onnx = new OnnxFormat();

  @Override
  public String title() {
    return "a program of torch.export";
  }

  @Override
  public String files() {
    return "a torch.export " + Pt2File.ENDING;
  }

  @Override
  public List<EngineName> engines() {
    return List.of(EngineName.ONNX_RUNTIME);
  }

  @Override
  public Claim claim(Path path) {
    return switch (FileKind.of(path)) {
      case EXPORTED_PROGRAM -> Claim.SPECIFIC;
      // A damaged file is refused for that.
      case UNKNOWN -> Claim.byEnding(path, Pt2File.ENDING);
      default -> Claim.NONE;
    };
  }

  @Override
  public Claim claim(Model model) {
    return Claim.NONE;
  }

  @Override
  public Model load(Path path, EngineName engine, @Nullable Device device) throws IOException {
    checkEngine(path, engine);
    return onnx.load(path, engine, device);
  }

  @Override
  public List<Path> files(Path path) {
    return List.of(path);
  }

  @Override
  public Network network(Model model) {
    return onnx.network(model);
  }

  @Override
  public Network network(Model model, NetworkChoice choice) {
    return onnx.network(model, choice);
  }

  @Override
  public NetworkInput input(Model model) {
    return onnx.input(model);
  }
}
