package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.support.UnsupportedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a graph's tensors before it runs: their types, dimensions and constants. */
public class KnownTensors {

  private final Map<String, TensorType> types;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, String> copies = new HashMap<>();

  KnownTensors(GraphProto graph, Map<String, TensorType> types) {
    this.types = new HashMap<>(types);
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Identity") && node.getInputCount() == 1) {
        copies.put(node.getOutput(0), node.getInput(0));
      }
    }
    graph.getInitializerList().forEach(weight -> constants.put(weight.getName(), weight));
    for (TensorProto weight : graph.getInitializerList()) {
      this.types.putIfAbsent(weight.getName(), TypeInference.type(weight));
    }
  }

  /** Says of what type a tensor is. */
  final void set(String tensor, TensorType type) {
    types.put(tensor, type);
  }

  /** Says of which element type a tensor is whose dimensions are unknown. */
  final void set(String tensor, DataType type) {
    set(tensor, new TensorType(type, List.of()));
  }

  /** Says that a tensor is a constant. */
  final void set(String tensor, TensorProto value) {
    constants.put(tensor, value);
    set(tensor, TypeInference.type(value));
  }

  /** The type of a tensor of the graph, or null if it is unknown. */
  @Nullable TensorType find(String tensor) {
    return types.get(tensor);
  }

  /** The element type of a tensor. */
  public DataType type(String tensor) {
    TensorType type = types.get(tensor);
    if (type == null) {
      throw UnsupportedException.noGradient("the type of the tensor '" + tensor + "' is unknown");
    }
    return type.type();
  }

  /** Whether a tensor is of real numbers. */
  public boolean isReal(String tensor) {
    TensorType type = types.get(tensor);
    return type != null && type.isReal();
  }

  /** The dimensions of a tensor: none for a scalar, and also if not even their number is known. */
  public List<Dimension> dimensions(String tensor) {
    TensorType type = types.get(tensor);
    return type == null ? List.of() : type.dimensions();
  }

  /**
   * The number of dimensions of a tensor.
   *
   * @throws UnsupportedException if it is unknown
   */
  public int rank(String tensor) {
    int rank = dimensions(tensor).size();
    if (rank == 0 && !isConstant(tensor)) {
      throw UnsupportedException.noGradient(
          "the number of dimensions of the tensor '"
              + tensor
              + "' is unknown; export the model with fixed sizes");
    }
    return rank;
  }

  /** The length of a dimension, or -1 if it is open. */
  public long length(String tensor, int axis) {
    List<Dimension> dimensions = dimensions(tensor);
    int i = axis < 0 ? axis + dimensions.size() : axis;
    return i >= 0 && i < dimensions.size() ? dimensions.get(i).size() : -1;
  }

  /** The lengths of the dimensions, -1 where they are open. */
  public long[] lengths(String tensor) {
    return dimensions(tensor).stream().mapToLong(Dimension::size).toArray();
  }

  /** Whether all dimensions of a tensor are fixed. */
  public boolean isStatic(String tensor) {
    TensorType type = types.get(tensor);
    return type != null && type.isStatic();
  }

  /** Whether a tensor has values in the file, or was added with them. */
  final boolean isConstant(String tensor) {
    return constants.containsKey(tensor);
  }

  /** The constant that a tensor is, or null if it is computed. */
  public @Nullable TensorProto constant(String tensor) {
    String source = tensor;
    // As many steps as there are nodes would be a cycle.
    for (int i = 0; i <= copies.size() && copies.containsKey(source); i++) {
      source = copies.get(source);
    }
    return constants.get(source);
  }

  /** The real numbers of a constant tensor, or null. */
  public double @Nullable [] reals(String tensor) {
    TensorProto constant = constant(tensor);
    return constant == null ? null : TensorValues.reals(constant);
  }

  /** The whole numbers of a constant tensor, or null. */
  public long @Nullable [] wholes(String tensor) {
    TensorProto constant = constant(tensor);
    return constant == null ? null : TensorValues.wholes(constant);
  }
}
