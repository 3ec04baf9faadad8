package dev.limelight.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.array.NativeArrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The end of an ONNX graph that is global average pooling and one linear layer, or the pooling
 * alone. Its gradient is known without an engine that differentiates: {@code d logit_c / d A[k,y,x]
 * = W[c,k] / (h w)}.
 *
 * @param layers the tensors (N, C, h, w) after which there is nothing else
 * @param kernel height and width that the pooling covers, which have to be those of the layer; none
 *     where it covers all there is
 * @param weights W, (K, C), row by row; empty where the channels are the logits
 * @param bias (K)
 */
record LinearHead(Set<String> layers, List<Long> kernel, float[] weights, float[] bias) {

  private static final Set<String> SHAPING =
      Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout");

  /** The linear head of a graph, or null if its head is anything else. */
  static @Nullable LinearHead of(OnnxGraph graph) {
    OnnxConstants constants = new OnnxConstants(graph);
    NodeProto node = beforeShaping(graph, graph.logits());
    Linear linear = new Linear(graph.logits(), new float[0], new float[0]);
    if (node != null && !isGlobalPooling(node, constants)) {
      linear = linear(graph, node, constants);
    }
    NodeProto pool = linear == null ? null : beforeShaping(graph, linear.input());
    if (linear == null || pool == null || !isGlobalPooling(pool, constants)) {
      return null;
    }
    Set<String> layers = new HashSet<>(Set.of(pool.getInput(0)));
    NodeProto before = graph.producer(pool.getInput(0));
    while (before != null && Set.of("Identity", "Dropout").contains(before.getOpType())) {
      layers.add(before.getInput(0));
      before = graph.producer(before.getInput(0));
    }
    List<Long> kernel =
        pool.getOpType().equals("AveragePool")
            ? OnnxConstants.numbers(pool, "kernel_shape")
            : List.of();
    return new LinearHead(layers, kernel, linear.weights(), linear.bias());
  }

  /** A linear layer: W (K, C), the bias (K), and the tensor it is applied to. */
  private record Linear(String input, float[] weights, float[] bias) {}

  /** The linear layer that a node is, or a node before it to which it adds a bias; or null. */
  private static @Nullable Linear linear(OnnxGraph graph, NodeProto last, OnnxConstants constants) {
    if (!last.getOpType().equals("Add")) {
      return linear(last, constants, new float[] {0});
    }
    int other = graph.isAlive(last.getInput(0)) ? 1 : 0;
    float[] bias = constants.vector(last.getInput(other));
    NodeProto node = beforeShaping(graph, last.getInput(1 - other));
    return bias == null || node == null ? null : linear(node, constants, bias);
  }

  private static @Nullable Linear linear(NodeProto node, OnnxConstants constants, float[] added) {
    boolean gemm = node.getOpType().equals("Gemm");
    boolean convolution = node.getOpType().equals("Conv");
    if (!gemm && !convolution && !node.getOpType().equals("MatMul")) {
      return null;
    }
    OnnxConstants.Matrix matrix = constants.matrix(node.getInput(1), convolution);
    if (matrix == null || gemm && OnnxConstants.number(node, "transA", 0) != 0) {
      return null;
    }
    boolean outputsFirst = convolution || gemm && OnnxConstants.number(node, "transB", 0) != 0;
    float alpha = gemm ? OnnxConstants.real(node, "alpha", 1) : 1;
    float beta = gemm ? OnnxConstants.real(node, "beta", 1) : 1;
    OnnxConstants.Matrix weights = outputsFirst ? matrix : matrix.transposed();
    float[] values = weights.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= alpha;
    }
    float[] bias = new float[weights.rows()];
    boolean hasBias = node.getInputCount() > 2 && !node.getInput(2).isEmpty();
    float[] inner = hasBias ? constants.vector(node.getInput(2)) : new float[] {0};
    if (inner == null || !add(bias, inner, beta) || !add(bias, added, 1)) {
      return null;
    }
    return new Linear(node.getInput(0), values, bias);
  }

  /** Adds one value, or one an output. */
  private static boolean add(float[] bias, float[] values, float factor) {
    if (values.length != 1 && values.length != bias.length) {
      return false;
    }
    for (int i = 0; i < bias.length; i++) {
      bias[i] += factor * values[values.length == 1 ? 0 : i];
    }
    return true;
  }

  private static boolean isGlobalPooling(NodeProto node, OnnxConstants constants) {
    switch (node.getOpType()) {
      case "GlobalAveragePool":
        return true;
      case "AveragePool":
        return OnnxConstants.numbers(node, "pads").stream().allMatch(pad -> pad == 0);
      case "ReduceMean":
        List<Long> axes =
            node.getInputCount() > 1
                ? constants.whole(node.getInput(1))
                : OnnxConstants.numbers(node, "axes");
        return axes != null
            && axes.size() == 2
            && Set.of(2L, 3L)
                .equals(Set.copyOf(axes.stream().map(a -> a < 0 ? a + 4 : a).toList()));
      default:
        return false;
    }
  }

  /** The node that computes a tensor's values, before nodes that change its shape alone. */
  private static @Nullable NodeProto beforeShaping(OnnxGraph graph, String tensor) {
    NodeProto node = graph.producer(tensor);
    while (node != null && SHAPING.contains(node.getOpType())) {
      node = graph.producer(node.getInput(0));
    }
    return node;
  }

  /** Whether the pooling covers the whole of a layer's output. */
  boolean covers(Shape activations) {
    return kernel.isEmpty() || kernel.equals(List.of(activations.get(2), activations.get(3)));
  }

  /** A, (N, C, h, w), to logits, (N, K), by operations that the engine of A can record. */
  NDArray logits(NDArray activations) {
    Shape shape = activations.getShape();
    NDManager manager = activations.getManager();
    long k = bias.length;
    // A separate array, as DJL frees the number of a division before the backward pass reads it.
    NDArray share = manager.create(1f / (shape.get(2) * shape.get(3)));
    NDArray pooled = activations.sum(new int[] {2, 3}).mul(share);
    if (k == 0) {
      return pooled;
    }
    NDArray matrix =
        NativeArrays.of(manager, weights, new Shape(k, weights.length / k)).transpose();
    return pooled.matMul(matrix).add(NativeArrays.of(manager, bias, new Shape(1, k)));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
