package dev.limelight.onnx.pt2;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.gson.JsonObject;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.pt2.ExportSignature.Weight;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A program that {@code torch.export.save} wrote. Nothing in the file is run. */
@API(status = Status.INTERNAL)
public final class Pt2File {

  /** How such files are named. */
  public static final String ENDING = ".pt2";

  /** Begins the property with the lengths of an open dimension; its name follows. */
  public static final String LENGTHS = "limelight.lengths.";

  /** The property with the number of pictures that it takes at a time. */
  public static final String PICTURES = "limelight.pictures";

  private Pt2File() {}

  /**
   * The program as an ONNX model, in float32 where it is of half precision.
   *
   * @throws IOException if it cannot be read, or has an operator without a translation; one
   *     sentence
   */
  public static ModelProto toOnnx(Path file) throws IOException {
    try (ExportArchive archive = ExportArchive.open(file)) {
      return model(archive);
    } catch (UnsupportedException e) {
      throw new IOException(file + " cannot be explained: " + e.getMessage(), e);
    } catch (ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | NoSuchElementException
        | UnsupportedOperationException e) {
      // Arguments that no operator of PyTorch takes.
      throw new IOException(
          file + " is damaged: its graph has arguments that PyTorch does not write; save it again",
          e);
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  /**
   * Checks that tensors have the shapes that the file gives them.
   *
   * @param model a program as an ONNX model
   * @param types of its tensors, as they were inferred
   * @throws UnsupportedException if they differ
   */
  public static void check(ModelProto model, Map<String, TensorType> types) {
    for (ValueInfoProto value : model.getGraph().getValueInfoList()) {
      TensorType type = types.get(value.getName());
      List<Long> expected =
          value.getType().getTensorType().getShape().getDimList().stream()
              .map(each -> each.hasDimValue() ? each.getDimValue() : -1)
              .toList();
      List<Long> found =
          type == null ? expected : type.dimensions().stream().map(Dimension::size).toList();
      boolean same = found.isEmpty() || found.size() == expected.size();
      for (int i = 0; same && i < found.size(); i++) {
        same = found.get(i) < 0 || expected.get(i) < 0 || found.get(i).equals(expected.get(i));
      }
      if (!same) {
        throw new UnsupportedException(
            "its node '"
                + value.getName()
                + "' gives the shape "
                + found
                + ", and the file says "
                + expected
                + "; save it again, or export the model as ONNX by torch.onnx.export");
      }
    }
  }

  private static ModelProto model(ExportArchive archive) throws IOException {
    JsonObject module = Json.object(archive.program(), "graph_module");
    ExportSignature signature = ExportSignature.of(module);
    ExportGraph graph = ExportGraph.of(Json.object(module, "graph"));
    return ProgramModel.of(
        graph,
        signature.pictures(),
        signature.weights().keySet(),
        (name, meta) ->
            tensor(archive, Objects.requireNonNull(signature.weights().get(name)), meta),
        signature.outputs(),
        sizes(RangeConstraints.of(archive.program()), signature, graph),
        "torch.export");
  }

  /** The sizes that the program was made for, as properties. */
  private static Map<String, String> sizes(
      RangeConstraints ranges, ExportSignature signature, ExportGraph graph) {
    Map<String, String> found = new LinkedHashMap<>();
    Scope scope = new Scope(graph.tensors());
    for (String picture : signature.pictures()) {
      List<Dimension> sizes = scope.meta(picture).sizes();
      for (int i = 0; i < sizes.size(); i++) {
        LengthRange range = ranges.of(sizes.get(i));
        if (!range.isAny()) {
          found.put(i == 0 ? PICTURES : LENGTHS + sizes.get(i).symbol(), range.toString());
        }
      }
    }
    return found;
  }

  private static TensorProto tensor(ExportArchive archive, Weight weight, TensorMeta meta)
      throws IOException {
    TorchTensor tensor =
        weight.inStateDict() ? archive.weight(weight.name()) : archive.constant(weight.name());
    long[] expected = meta.sizes().stream().mapToLong(Dimension::size).toArray();
    if (!Arrays.equals(expected, tensor.shape()) || tensor.type() != meta.type().stored()) {
      throw new MalformedFileException(
          "has the weight "
              + Names.printable(weight.name())
              + " as "
              + tensor
              + ", where its graph has "
              + meta.type()
              + " "
              + Arrays.toString(expected)
              + "; save it again");
    }
    return ProgramModel.weight(tensor, meta.type());
  }
}
