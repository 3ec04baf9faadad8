package dev.limelight.onnx.translation;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.file.FileKind;
import dev.limelight.onnx.mxnet.SymbolGraph;
import dev.limelight.onnx.torchscript.TorchScriptGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A file that is made for another engine and is brought into an ONNX graph: a TorchScript archive,
 * or an MXNet symbol.
 *
 * @param path the file
 */
@API(status = Status.INTERNAL)
public record TranslatedFile(Path path) {

  private static final String SYMBOL = "-symbol.json";

  /** Whether a file is one. */
  public static boolean is(Path path) {
    return switch (FileKind.of(path)) {
      case TORCH_SCRIPT -> true;
      case SYMBOL -> path.toString().endsWith(SYMBOL);
      default -> false;
    };
  }

  /** The file, and those of its weights. */
  public List<Path> files() throws IOException {
    return NetworkFormats.of(path).orElseThrow().files(path);
  }

  /**
   * Its graph.
   *
   * @throws IOException if it cannot be read, or not be translated; one sentence
   */
  public ModelProto toOnnx() throws IOException {
    return FileKind.of(path) == FileKind.SYMBOL
        ? SymbolGraph.toOnnx(path, files().get(1))
        : TorchScriptGraph.toOnnx(path);
  }
}
