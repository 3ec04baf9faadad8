package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.signature.InputSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives a model an input of (N, C, H, W) float32. TensorFlow and Keras have the channels last, and
 * other files take bytes or half precision: pictures are turned and converted in the graph.
 */
final class OnnxPicture {

  /** The channels of pictures: grey, colour, and colour with transparency. */
  private static final Set<Long> CHANNELS = Set.of(1L, 3L, 4L);

  /** The types that pictures are converted to. */
  private static final Map<DataType, ai.djl.ndarray.types.DataType> TYPES =
      Map.of(
          DataType.FLOAT, ai.djl.ndarray.types.DataType.FLOAT32,
          DataType.FLOAT16, ai.djl.ndarray.types.DataType.FLOAT16,
          DataType.BFLOAT16, ai.djl.ndarray.types.DataType.FLOAT32,
          DataType.DOUBLE, ai.djl.ndarray.types.DataType.FLOAT64,
          DataType.UINT8, ai.djl.ndarray.types.DataType.UINT8);

  /** Operators at the beginning of a graph that keep the dimensions of a picture. */
  private static final Set<String> PLAIN =
      Set.of(
          "Cast",
          "Identity",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Clip",
          "QuantizeLinear",
          "DequantizeLinear");

  private static final String STEP = OnnxGraph.ADDED + "step";

  private static final String ZERO = OnnxGraph.ADDED + "zero";

  private final ModelProto model;
  private final ValueInfoProto input;
  private final List<NodeProto> added = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();
  private String last;

  private OnnxPicture(ModelProto model) {
    this.model = model;
    input = model.getGraph().getInput(0);
    last = OnnxGraph.ADDED + input.getName();
  }

  /**
   * The model with its channels first, of float32.
   *
   * @param channelsLast whether the user says that it takes (N, H, W, C)
   */
  static ModelProto usual(ModelProto model, boolean channelsLast) {
    GraphProto graph = model.getGraph();
    if (graph.getInputCount() != 1) {
      return model;
    }
    boolean turns = channelsLast || isChannelsLast(graph);
    DataType type = type(graph);
    boolean converts = type != DataType.FLOAT && TYPES.containsKey(type);
    return turns || converts ? new OnnxPicture(model).changed(turns, converts, type) : model;
  }

  /** The model in its own layout, of float32. */
  static ModelProto ofFloats(ModelProto model) {
    GraphProto graph = model.getGraph();
    if (graph.getInputCount() != 1) {
      return model;
    }
    DataType type = type(graph);
    boolean converts = type != DataType.FLOAT && TYPES.containsKey(type);
    return converts ? new OnnxPicture(model).changed(false, true, type) : model;
  }

  /**
   * A model that {@link #ofFloats} changed, with the input that it had before.
   *
   * @param changed it, perhaps with further nodes
   * @param before the input of the file
   */
  static ModelProto withInput(ModelProto changed, ValueInfoProto before) {
    String own = before.getName();
    GraphProto old = changed.getGraph();
    GraphProto.Builder graph = old.toBuilder().clearNode().clearInput().clearInitializer();
    List<NodeProto> kept =
        old.getNodeList().stream().filter(node -> !node.getOutputList().contains(own)).toList();
    // The gradient may need them.
    Set<String> unused = new HashSet<>(Set.of(STEP, ZERO));
    kept.forEach(node -> node.getInputList().forEach(unused::remove));
    old.getInitializerList().stream()
        .filter(weight -> !unused.contains(weight.getName()))
        .forEach(graph::addInitializer);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .setName(OnnxGraph.ADDED + "floats")
            .addInput(own)
            .addOutput(OnnxGraph.ADDED + own)
            .addAllAttribute(Attributes.with("to", DataType.FLOAT.getNumber()).all()));
    graph.addAllNode(kept);
    for (ValueInfoProto input : old.getInputList()) {
      graph.addInput(input.getName().equals(OnnxGraph.ADDED + own) ? before : input);
    }
    return changed.toBuilder().setGraph(graph).build();
  }

  private ModelProto changed(boolean turns, boolean converts, DataType type) {
    if (turns) {
      add("Transpose", Attributes.with("perm", new long[] {0, 2, 3, 1}));
    }
    if (converts && type == DataType.UINT8) {
      // It rounds and stays within a byte, and gradients pass through it.
      TensorProto one = TensorValues.real(DataType.FLOAT, new long[0], 1);
      TensorProto zero =
          TensorProto.newBuilder()
              .setDataType(type.getNumber())
              .setRawData(ByteString.copyFrom(new byte[1]))
              .build();
      add("QuantizeLinear", Attributes.none(), constant(STEP, one), constant(ZERO, zero));
    } else if (converts) {
      add("Cast", Attributes.with("to", type.getNumber()));
    }
    int end = added.size() - 1;
    added.set(end, added.get(end).toBuilder().setOutput(0, input.getName()).build());
    GraphProto old = model.getGraph();
    GraphProto.Builder graph =
        old.toBuilder()
            .clearNode()
            .addAllNode(added)
            .addAllNode(old.getNodeList())
            .addAllInitializer(constants)
            .setInput(0, picture(turns, converts ? DataType.FLOAT : type));
    return model.toBuilder().setGraph(graph).build();
  }

  private void add(String operator, Attributes attributes, String... further) {
    String name = OnnxGraph.ADDED + "input-" + added.size();
    added.add(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addInput(last)
            .addAllInput(List.of(further))
            .addOutput(name)
            .addAllAttribute(attributes.all())
            .build());
    last = name;
  }

  private String constant(String name, TensorProto value) {
    constants.add(value.toBuilder().setName(name).build());
    return name;
  }

  private ValueInfoProto picture(boolean turns, DataType type) {
    TypeProto.Tensor tensor = input.getType().getTensorType();
    TypeProto.Tensor.Builder changed = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
    if (!turns) {
      changed.setShape(tensor.getShape());
    } else if (tensor.getShape().getDimCount() == 4) {
      TensorShapeProto.Builder first = TensorShapeProto.newBuilder();
      for (int dimension : new int[] {0, 3, 1, 2}) {
        first.addDim(tensor.getShape().getDim(dimension));
      }
      changed.setShape(first);
    }
    return input.toBuilder()
        .setName(OnnxGraph.ADDED + input.getName())
        .setType(TypeProto.newBuilder().setTensorType(changed))
        .build();
  }

  private static DataType type(GraphProto graph) {
    DataType type = DataType.forNumber(graph.getInput(0).getType().getTensorType().getElemType());
    return type == null ? DataType.UNDEFINED : type;
  }

  static boolean isOfBytes(ValueInfoProto input) {
    return input.getType().getTensorType().getElemType() == DataType.UINT8.getNumber();
  }

  /**
   * The input as the file has it.
   *
   * @param model whose only input is the picture
   */
  static NetworkInput input(ModelProto model, boolean channelsLast) {
    GraphProto graph = model.getGraph();
    if (graph.getInputCount() != 1) {
      return NetworkInput.UNKNOWN;
    }
    boolean turned = channelsLast || isChannelsLast(graph);
    List<TensorShapeProto.Dimension> shape =
        graph.getInput(0).getType().getTensorType().getShape().getDimList();
    InputSizes stated = InputSizes.of(model, graph.getInput(0).getName());
    InputSizes sizes = turned ? stated.channelsFirst() : stated;
    long[] lengths = new long[3];
    int[] order = turned ? new int[] {3, 1, 2} : new int[] {1, 2, 3};
    for (int i = 0; i < 3 && shape.size() == 4; i++) {
      lengths[i] = Math.max(0, shape.get(order[i]).getDimValue());
      if (lengths[i] == 0 && i > 0 && sizes.excludesUsual()) {
        lengths[i] = sizes.nearestToUsual(i + 1);
      }
    }
    long channels = lengths[0] > 0 ? lengths[0] : channels(graph);
    return new NetworkInput(
        channels,
        lengths[1],
        lengths[2],
        turned,
        TYPES.getOrDefault(type(graph), ai.djl.ndarray.types.DataType.FLOAT32),
        "the file",
        sizes.limits());
  }

  /** The channels that the first convolution of the picture reads, or 0. */
  private static long channels(GraphProto graph) {
    Set<String> pictures = new HashSet<>(Set.of(graph.getInput(0).getName()));
    for (NodeProto node : graph.getNodeList()) {
      if (node.getInputCount() > 1
          && node.getOpType().equals("Conv")
          && pictures.contains(node.getInput(0))) {
        for (TensorProto weight : graph.getInitializerList()) {
          if (weight.getName().equals(node.getInput(1)) && weight.getDimsCount() == 4) {
            return weight.getDims(1) * Attributes.integer(node, "group", 1);
          }
        }
      }
      if (keeps(node, pictures) || node.getOpType().equals("Transpose")) {
        follow(node, pictures);
      }
    }
    return 0;
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
    Set<String> pictures = new HashSet<>(Set.of(graph.getInput(0).getName()));
    boolean turned = false;
    boolean convolved = false;
    for (NodeProto node : graph.getNodeList()) {
      if (node.getInputCount() > 0 && pictures.contains(node.getInput(0))) {
        turned |=
            node.getOpType().equals("Transpose")
                && Arrays.equals(Attributes.integers(node, "perm"), new long[] {0, 3, 1, 2});
        convolved |= node.getOpType().equals("Conv");
      }
      if (keeps(node, pictures)) {
        follow(node, pictures);
      }
    }
    return TYPES.containsKey(type(graph))
        && !convolved
        && (turned || onlyTheLastMayBeChannels(graph.getInput(0)));
  }

  private static boolean keeps(NodeProto node, Set<String> pictures) {
    return PLAIN.contains(node.getOpType())
        && node.getInputList().stream().anyMatch(pictures::contains);
  }

  private static void follow(NodeProto node, Set<String> pictures) {
    if (node.getInputList().stream().anyMatch(pictures::contains)) {
      pictures.addAll(node.getOutputList());
    }
  }

  private static boolean onlyTheLastMayBeChannels(ValueInfoProto input) {
    TypeProto.Tensor type = input.getType().getTensorType();
    List<TensorShapeProto.Dimension> dimensions = type.getShape().getDimList();
    return dimensions.size() == 4
        && CHANNELS.contains(dimensions.get(3).getDimValue())
        && !CHANNELS.contains(dimensions.get(1).getDimValue());
  }
}
