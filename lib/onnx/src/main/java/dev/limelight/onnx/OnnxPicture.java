package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.onnx.adjoint.Attributes;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Gives a model an input of (N, C, H, W): TensorFlow and Keras have the channels last, and their
 * pictures are turned in the graph.
 */
final class OnnxPicture {

  /** The channels of pictures: grey, colour, and colour with transparency. */
  private static final Set<Long> CHANNELS = Set.of(1L, 3L, 4L);

  private static final Set<DataType> REAL =
      EnumSet.of(DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE);

  private OnnxPicture() {}

  /** The model with its channels first. */
  static ModelProto channelsFirst(ModelProto model) {
    GraphProto graph = model.getGraph();
    if (graph.getInputCount() != 1 || !isChannelsLast(graph)) {
      return model;
    }
    ValueInfoProto input = graph.getInput(0);
    List<TensorShapeProto.Dimension> last = input.getType().getTensorType().getShape().getDimList();
    TensorShapeProto.Builder first = TensorShapeProto.newBuilder();
    for (int dimension : new int[] {0, 3, 1, 2}) {
      first.addDim(last.get(dimension));
    }
    AttributeProto.Builder order =
        AttributeProto.newBuilder().setName("perm").setType(AttributeType.INTS);
    List.of(0L, 2L, 3L, 1L).forEach(order::addInts);
    NodeProto turned =
        NodeProto.newBuilder()
            .setOpType("Transpose")
            .setName(OnnxGraph.ADDED + "channels-last")
            .addInput(OnnxGraph.ADDED + input.getName())
            .addOutput(input.getName())
            .addAttribute(order)
            .build();
    GraphProto.Builder changed =
        graph.toBuilder()
            .clearNode()
            .addNode(turned)
            .addAllNode(graph.getNodeList())
            .setInput(
                0,
                input.toBuilder()
                    .setName(OnnxGraph.ADDED + input.getName())
                    .setType(
                        TypeProto.newBuilder()
                            .setTensorType(
                                TypeProto.Tensor.newBuilder()
                                    .setElemType(input.getType().getTensorType().getElemType())
                                    .setShape(first))));
    return model.toBuilder().setGraph(changed).build();
  }

  /** The picture's shape with its channels first; 0 for an unknown dimension. */
  static List<Long> shape(ModelProto model) {
    GraphProto graph = channelsFirst(model).getGraph();
    return graph.getInputCount() == 0 ? List.of() : shape(graph.getInput(0));
  }

  /** The shape of an input; 0 for an unknown dimension. */
  static List<Long> shape(ValueInfoProto input) {
    return input.getType().getTensorType().getShape().getDimList().stream()
        .map(dimension -> Math.max(0, dimension.getDimValue()))
        .toList();
  }

  /**
   * Whether the channels are last: a node turns the picture at once, or none convolves it as it is
   * and only the last dimension can be that of channels.
   */
  static boolean isChannelsLast(GraphProto graph) {
    ValueInfoProto input = graph.getInput(0);
    boolean turned = false;
    boolean convolved = false;
    for (NodeProto node : graph.getNodeList()) {
      if (node.getInputCount() > 0 && node.getInput(0).equals(input.getName())) {
        turned |=
            node.getOpType().equals("Transpose")
                && Arrays.equals(Attributes.integers(node, "perm"), new long[] {0, 3, 1, 2});
        convolved |= node.getOpType().equals("Conv");
      }
    }
    boolean real = REAL.contains(DataType.forNumber(input.getType().getTensorType().getElemType()));
    return real && !convolved && (turned || onlyTheLastMayBeChannels(input));
  }

  private static boolean onlyTheLastMayBeChannels(ValueInfoProto input) {
    TypeProto.Tensor type = input.getType().getTensorType();
    List<TensorShapeProto.Dimension> dimensions = type.getShape().getDimList();
    return dimensions.size() == 4
        && CHANNELS.contains(dimensions.get(3).getDimValue())
        && !CHANNELS.contains(dimensions.get(1).getDimValue());
  }
}
