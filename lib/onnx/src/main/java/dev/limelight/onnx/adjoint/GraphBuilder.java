package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A graph to which nodes are added. Tensors are named by their text. A size that the file fixes is
 * a constant, and one that it leaves open is computed when the graph runs.
 */
public final class GraphBuilder extends KnownTensors implements NodeWriter {

  private static final String PREFIX = "gradient/";

  /** Operators whose result is not of the type of their first real input. */
  private static final Set<String> OTHER_TYPE =
      Set.of(
          "Shape",
          "Size",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "And",
          "Or",
          "Not",
          "NonZero",
          "ArgMax",
          "ArgMin");

  private final ModelProto model;
  private final String prefix;
  private final List<NodeProto> forward;
  private final List<NodeProto> added = new ArrayList<>();
  private final Map<String, Integer> producers = new HashMap<>();
  private final List<TensorProto> constants = new ArrayList<>();
  private final Map<Object, String> known = new HashMap<>();

  /**
   * Starts from a graph.
   *
   * @param model the graph, of one spelling of each operator
   * @param types the types of its tensors
   */
  public GraphBuilder(ModelProto model, Map<String, TensorType> types) {
    this(model, types, "");
  }

  /** Starts from a graph inside a node, whose tensors get names with a prefix. */
  GraphBuilder(ModelProto model, Map<String, TensorType> types, String inside) {
    super(model.getGraph(), types);
    this.model = model;
    prefix = PREFIX + inside;
    forward = new ArrayList<>(model.getGraph().getNodeList());
    for (int i = 0; i < forward.size(); i++) {
      for (String output : forward.get(i).getOutputList()) {
        producers.put(output, i);
      }
    }
  }

  /** The graph, without what is added. */
  ModelProto model() {
    return model;
  }

  /** The nodes of the graph itself, in the order of computation. */
  List<NodeProto> forward() {
    return Collections.unmodifiableList(forward);
  }

  /** The version of ONNX's operators. */
  public long opset() {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(set -> set.getVersion())
        .findFirst()
        .orElse(1);
  }

  /** Changes a node of the graph itself, which must compute the same. */
  public void change(NodeProto node, UnaryOperator<NodeProto.Builder> edit) {
    int index =
        node.getOutputList().stream()
            .filter(output -> !output.isEmpty())
            .map(producers::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    NodeProto changed = edit.apply(node.toBuilder()).build();
    forward.set(index, changed);
    changed.getOutputList().forEach(output -> producers.put(output, index));
  }

  // Nodes.

  /** Whether a node was added to a graph by this class. */
  public static boolean isAdded(NodeProto node) {
    return node.getName().startsWith(PREFIX);
  }

  @Override
  public List<String> ops(String operator, int outputs, Attributes attributes, String... inputs) {
    String name = prefix + operator + "_" + added.size();
    NodeProto node = NodeWriter.node(operator, name, outputs, attributes, inputs).build();
    List<String> names = node.getOutputList();
    added.add(node);
    if (!OTHER_TYPE.contains(operator)) {
      Arrays.stream(inputs)
          .filter(this::isReal)
          .findFirst()
          .ifPresent(input -> names.forEach(each -> set(each, type(input))));
    }
    return names;
  }

  /** Says of what type a tensor is that is given from outside, if it is not known. */
  void declare(String tensor, DataType type) {
    if (find(tensor) == null) {
      set(tensor, type);
    }
  }

  @Override
  public String constant(TensorProto value) {
    return known.computeIfAbsent(
        TensorValues.key(value),
        key -> {
          String name = prefix + "constant_" + constants.size();
          TensorProto named = value.toBuilder().setName(name).build();
          constants.add(named);
          set(name, named);
          return name;
        });
  }

  /** A constant real number without dimensions, of the type of another tensor. */
  public String number(double value, String like) {
    return constant(TensorValues.real(type(like), new long[0], value));
  }

  /** A tensor that is made once, whoever asks for it. */
  public String once(Object key, Supplier<String> maker) {
    String name = known.get(key);
    if (name == null) {
      name = maker.get();
      known.put(key, name);
    }
    return name;
  }

  /** A cast to the type of another tensor, if it is not of that type. */
  public String cast(String tensor, String like) {
    TensorType type = find(tensor);
    return type != null && type.type() == type(like) ? tensor : cast(tensor, type(like));
  }

  /** A cast to an element type. */
  public String cast(String tensor, DataType type) {
    String name = op("Cast", Attributes.with("to", type.getNumber()), tensor);
    set(name, type);
    return name;
  }

  /** A tensor in float32 if its numbers have 16 bits only, which are too few for sums of many. */
  public String widened(String tensor) {
    DataType type = type(tensor);
    boolean narrow = type == DataType.FLOAT16 || type == DataType.BFLOAT16;
    return narrow ? cast(tensor, DataType.FLOAT) : tensor;
  }

  /** The shape of a tensor as a vector: a constant if the file fixes it. */
  public String shape(String tensor) {
    if (isStatic(tensor) || isConstant(tensor)) {
      return ints(lengths(tensor));
    }
    return once(List.of("shape", tensor), () -> op("Shape", tensor));
  }

  /** The length of a dimension as a vector of one number. */
  public String size(String tensor, int axis) {
    long length = length(tensor, axis);
    if (length >= 0) {
      return ints(length);
    }
    Attributes from = Attributes.with("start", axis);
    return once(
        List.of("size", tensor, axis),
        () -> op("Shape", axis == -1 ? from : from.and("end", axis + 1L), tensor));
  }

  /** Zeros of a shape and of the type of another tensor. */
  public String zeros(String shape, String like) {
    TensorProto zero = TensorValues.real(type(like), new long[] {1}, 0);
    String name = op("ConstantOfShape", Attributes.none().and("value", zero), shape);
    set(name, type(like));
    return name;
  }

  public String mul(String a, String b) {
    return op("Mul", a, b);
  }

  public String add(String a, String b) {
    return op("Add", a, b);
  }

  public String sub(String a, String b) {
    return op("Sub", a, b);
  }

  public String div(String a, String b) {
    return op("Div", a, b);
  }

  /** A tensor times a number. */
  public String scale(String tensor, double factor) {
    return factor == 1 ? tensor : mul(tensor, number(factor, tensor));
  }

  /** A tensor plus a number. */
  public String plus(String tensor, double number) {
    return add(tensor, number(number, tensor));
  }

  /** One minus a tensor. */
  public String oneMinus(String tensor) {
    return sub(number(1, tensor), tensor);
  }

  /** The sum over axes, which are kept as ones. */
  public String sum(String tensor, long... axes) {
    return op("ReduceSum", Attributes.with("keepdims", 1), tensor, ints(axes));
  }

  /** The mean over axes, which are kept as ones. */
  public String mean(String tensor, long... axes) {
    return op("ReduceMean", Attributes.with("keepdims", 1), tensor, ints(axes));
  }

  /**
   * Resized by linear interpolation between the centres of pixels.
   *
   * @param maps (N, C, h, w)
   * @param size a tensor with the new h and w
   */
  public String resized(String maps, String size) {
    String kept = op("Shape", Attributes.with("start", 0).and("end", 2L), maps);
    String sizes = op("Concat", Attributes.with("axis", 0), kept, size);
    Attributes bilinear =
        Attributes.none().and("mode", "linear").and("coordinate_transformation_mode", "half_pixel");
    return op("Resize", bilinear, maps, "", "", sizes);
  }

  /**
   * A gradient where a condition holds, and zero elsewhere. (Where does the same in five times the
   * time.)
   */
  public String gate(String condition, String dy) {
    return mul(dy, cast(condition, dy));
  }

  public String where(String condition, String a, String b) {
    String name = op("Where", condition, a, b);
    set(name, type(a));
    return name;
  }

  /** A tensor with the shape of another. */
  public String reshapedAs(String tensor, String like) {
    long[] lengths = lengths(like);
    boolean oneIsOpen = Arrays.stream(lengths).filter(length -> length < 0).count() == 1;
    boolean empty = Arrays.stream(lengths).anyMatch(length -> length == 0);
    return oneIsOpen && !empty ? op("Reshape", tensor, ints(lengths)) : shaped(tensor, shape(like));
  }

  /**
   * A tensor of as many elements in another shape, which may be computed: what a detector lists of
   * a picture may be nothing, so that a length of 0 is one.
   */
  public String shaped(String tensor, String shape) {
    return op("Reshape", Attributes.with("allowzero", 1), tensor, shape);
  }

  /** A tensor, which has the type and the dimensions of another. */
  public String alike(String tensor, String like) {
    set(tensor, new TensorType(type(like), dimensions(like)));
    return tensor;
  }

  /** Gives a tensor a name for the outside. */
  public void name(String tensor, String name) {
    added.add(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(PREFIX + name)
            .addInput(tensor)
            .addOutput(name)
            .build());
    set(name, new TensorType(type(tensor), dimensions(tensor)));
  }

  // The result.

  /**
   * The model of some outputs, with the nodes and weights that they need.
   *
   * @param inputs of the model, with their types
   * @param outputs tensors of the graph or added ones
   */
  public ModelProto build(Collection<ValueInfoProto> inputs, Collection<ValueInfoProto> outputs) {
    List<NodeProto> nodes = new ArrayList<>(forward);
    nodes.addAll(added);
    return PrunedModel.of(model, nodes, constants, inputs, outputs);
  }
}
