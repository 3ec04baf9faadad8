package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.limelight.model.WeightShuffler;
import dev.limelight.model.WeightedLayers;
import dev.limelight.onnx.adjoint.StoredWeight;
import dev.limelight.onnx.pt2.GraphWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The weights of an ONNX graph by the modules or nodes that read them: arrays of real numbers that
 * the graph computes with, and not those that say how.
 */
final class OnnxWeights {

  /** Bytes a number. */
  private static final Map<DataType, Integer> WIDTHS =
      Map.of(DataType.FLOAT, 4, DataType.FLOAT16, 2, DataType.BFLOAT16, 2, DataType.DOUBLE, 8);

  /** Operators whose real numbers are sizes. */
  private static final Set<String> SIZED = Set.of("Resize", "Upsample");

  private final OnnxGraph graph;
  private final WeightedLayers layers = new WeightedLayers();

  OnnxWeights(OnnxGraph graph) {
    this.graph = graph;
    graph.readers(
        (node, weight) -> {
          if (isWeight(node, weight)) {
            layers.add(layer(node), weight.getName());
          }
        });
  }

  private static boolean isWeight(NodeProto node, TensorProto tensor) {
    long size = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
    // A single number may be a constant of a formula, and there is nothing to shuffle.
    return size > 1
        && !GraphWriter.isConstant(tensor.getName())
        && !SIZED.contains(node.getOpType())
        && WIDTHS.containsKey(DataType.forNumber(tensor.getDataType()))
        && (tensor.hasRawData()
            || tensor.getFloatDataCount() > 0
            || StoredWeight.of(tensor) != null);
  }

  /** The module that torch wrote into the node's name, or else the node itself. */
  private static String layer(NodeProto node) {
    String module = OnnxNames.module(node);
    if (!module.isEmpty()) {
      return module;
    }
    return node.getName().isEmpty() ? node.getOutput(0) : node.getName();
  }

  /** The layers, the one next to the logits first. */
  List<String> layers() {
    return layers.names();
  }

  /** The graph with the weights of some layers shuffled. */
  OnnxGraph shuffled(Collection<String> chosen, WeightShuffler shuffle) {
    Map<String, TensorProto> others = new HashMap<>();
    for (String name : layers.parameters(chosen)) {
      TensorProto weight = StoredWeight.withValues(Objects.requireNonNull(graph.weight(name)));
      ByteBuffer values = values(weight);
      shuffle.apply(name, values, width(weight));
      ByteString bytes = UnsafeByteOperations.unsafeWrap(values);
      others.put(name, weight.toBuilder().clearFloatData().setRawData(bytes).build());
    }
    return graph.with(others);
  }

  private static int width(TensorProto weight) {
    return Objects.requireNonNull(WIDTHS.get(DataType.forNumber(weight.getDataType())));
  }

  /** A copy of the numbers as ONNX keeps them in bytes. */
  private static ByteBuffer values(TensorProto weight) {
    if (weight.getFloatDataCount() == 0) {
      return ByteBuffer.wrap(weight.getRawData().toByteArray());
    }
    ByteBuffer values =
        ByteBuffer.allocate(Math.multiplyExact(weight.getFloatDataCount(), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    weight.getFloatDataList().forEach(values::putFloat);
    return values.flip();
  }
}
