package dev.limelight.onnx.pt2.format;

import ai.djl.Model;
import dev.limelight.model.file.FileKind;
import dev.limelight.onnx.OnnxFormat;
import dev.limelight.onnx.pt2.Pt2File;
import java.nio.file.Path;

/**
 * Programs that {@code torch.export.save} wrote. They are read without PyTorch and run by ONNX
 * Runtime; once loaded, they are ONNX models.
 */
public final class Pt2Format extends OnnxFormat {

  @Override
  public String title() {
    return "a program of torch.export";
  }

  @Override
  public String files() {
    return "a torch.export " + Pt2File.ENDING;
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
  public boolean translates(Path path) {
    return false;
  }

  @Override
  public Claim claim(Model model) {
    return Claim.NONE;
  }
}
