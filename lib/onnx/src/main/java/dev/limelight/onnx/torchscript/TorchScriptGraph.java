package dev.limelight.onnx.torchscript;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.onnx.pt2.ProgramModel;
import dev.limelight.onnx.torchscript.Recorder.Recorded;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.script.ScriptProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript archive as a model of ONNX: its code, written out, is a list of operators, which
 * have the translations of those in a .pt2. Nothing of the archive is run.
 */
@API(status = Status.INTERNAL)
public final class TorchScriptGraph {

  /** What is followed for all sizes that are tried; code that fits none is not tried on. */
  private static final long MOST_STATEMENTS = 2_000_000;

  /** Some operators have a translation where the size of the picture is fixed. */
  private static final int MOST_WRITTEN = 6;

  private TorchScriptGraph() {}

  /**
   * The archive as an ONNX model, whose picture has any size if its code allows it.
   *
   * @throws IOException if it cannot be read, or not be translated; one sentence that names the
   *     operator
   */
  public static ModelProto toOnnx(Path file) throws IOException {
    try (ScriptProgram program = ScriptProgram.open(file)) {
      return model(program);
    } catch (UnsupportedException e) {
      throw new IOException(
          file
              + " cannot be brought into an ONNX graph: "
              + e.getMessage()
              + "; run it on PyTorch, or export it by torch.onnx.export",
          e);
    } catch (ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | NoSuchElementException e) {
      throw new IOException(
          file
              + " cannot be brought into an ONNX graph: its code has arguments that PyTorch does not"
              + " write; save it again",
          e);
    } catch (UncheckedIOException e) {
      throw MalformedFileException.of(file, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  private static ModelProto model(ScriptProgram program) throws IOException {
    Expressions expressions = new Expressions(program);
    UnsupportedException reason = null;
    int furthest = -1;
    long followed = 0;
    int written = 0;
    for (List<long[]> pictures : PictureSizes.all(program.channels())) {
      Recorder recorder = null;
      try {
        recorder = new Recorder(program, expressions, pictures);
        Recorded recorded = recorder.recorded();
        written++;
        return written(program, recorded);
      } catch (UnsupportedException e) {
        // Of all reasons that of the picture with which its code gets furthest.
        int done = done(recorder);
        reason = done > furthest ? e : reason;
        furthest = Math.max(done, furthest);
        followed += done;
      }
      if (followed > MOST_STATEMENTS || written >= MOST_WRITTEN) {
        break;
      }
    }
    throw Objects.requireNonNull(reason);
  }

  private static ModelProto written(ScriptProgram program, Recorded recorded) throws IOException {
    return ProgramModel.of(
        recorded.graph(),
        List.of(recorded.picture()),
        recorded.weights().keySet(),
        (name, meta) ->
            ProgramModel.weight(
                program.tensor(Objects.requireNonNull(recorded.weights().get(name))), meta.type()),
        List.of(recorded.output()),
        Map.of(),
        "torch.jit");
  }

  private static int done(@Nullable Recorder recorder) {
    return recorder == null ? 0 : recorder.done();
  }
}
