package dev.limelight.onnx.pt2;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A graph of PyTorch's operators as a model of ONNX. */
@API(status = Status.INTERNAL)
public final class ProgramModel {

  private static final long OPERATORS = 20;

  private static final long FORMAT = 9;

  /** Where the tensors of a program are. */
  public interface Weights {

    /** A tensor of a program that its graph reads. */
    TensorProto of(String name, TensorMeta meta) throws IOException;
  }

  private ProgramModel() {}

  /**
   * Writes the nodes of a program as nodes of ONNX.
   *
   * @param pictures its inputs
   * @param names of its weights, of which those that are used are read
   * @param outputs the names of its results
   * @param properties of the model
   * @param producer of the program
   * @throws dev.limelight.support.UnsupportedException if an operator has no translation
   */
  public static ModelProto of(
      ExportGraph graph,
      List<String> pictures,
      Collection<String> names,
      Weights weights,
      List<String> outputs,
      Map<String, String> properties,
      String producer)
      throws IOException {
    GraphWriter writer = new GraphWriter();
    Scope scope = new Scope(graph.tensors());
    for (String picture : pictures) {
      writer.reserve(picture);
      scope.put(picture, Memory.own(picture));
    }
    Set<String> used = used(graph, outputs);
    for (String name : names) {
      if (used.contains(name)) {
        writer.weight(name, weights.of(name, scope.meta(name)));
        scope.put(name, Memory.own(name));
      }
    }
    new Translation(writer).write(graph, scope);
    GraphProto.Builder result = writer.graph();
    for (String picture : pictures) {
      result.addInput(value(picture, scope.meta(picture)));
    }
    // What the program says of each tensor is checked when the graph is opened.
    for (NodeProto node : result.getNodeList()) {
      for (String output : node.getOutputList()) {
        TensorMeta meta = scope.find(output);
        if (meta != null) {
          result.addValueInfo(value(output, meta));
        }
      }
    }
    for (String output : outputs) {
      result.addOutput(ValueInfoProto.newBuilder().setName(scope.read(output)));
    }
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName(producer)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
            .setGraph(result);
    properties.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private static Set<String> used(ExportGraph graph, List<String> outputs) {
    Set<String> used = new HashSet<>(outputs);
    for (ExportNode node : graph.nodes()) {
      node.arguments().values().forEach(argument -> used.addAll(ExportGraph.names(argument)));
    }
    return used;
  }

  /** A tensor as a weight of a graph, in float32 where it is of half precision. */
  public static TensorProto weight(TorchTensor tensor, ScalarType type) {
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(type.onnx().getNumber());
    Arrays.stream(tensor.shape()).forEach(proto::addDims);
    return proto.setRawData(bytes(tensor, type)).build();
  }

  private static ByteString bytes(TorchTensor tensor, ScalarType type) {
    if (type != ScalarType.FLOAT16 && type != ScalarType.BFLOAT16) {
      return UnsafeByteOperations.unsafeWrap(tensor.data());
    }
    float[] values = tensor.toFloatArray();
    ByteBuffer wide =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    wide.asFloatBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(wide);
  }

  private static ValueInfoProto value(String name, TensorMeta meta) {
    return new TensorType(meta.type().onnx(), meta.sizes()).declared(name);
  }
}
