package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Products of matrices. */
@MetaInfServices(GradientRules.class)
public final class ProductRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "MatMul", ProductRules::matMul,
        "Gemm", ProductRules::gemm,
        "Einsum", EinsumRule::einsum);
  }

  private static void matMul(GraphBuilder g, Operation n) {
    matMul(g, n, n.dy(), false, false);
  }

  /**
   * {@code dA = dY B^T} and {@code dB = A^T dY}; a vector counts as a row on the left and as a
   * column on the right.
   *
   * @param turnedA whether the last dimensions of A are exchanged in the product
   */
  static void matMul(GraphBuilder g, Operation n, String dy, boolean turnedA, boolean turnedB) {
    int a = rank(g, n, 0);
    int b = rank(g, n, 1);
    String product = dy;
    if (b == 1) {
      product = g.op("Unsqueeze", product, g.ints(-1));
    }
    if (a == 1) {
      product = g.op("Unsqueeze", product, g.ints(-2));
    }
    int rank = Math.max(2, Math.max(a, b));
    if (n.wants(0)) {
      String right = b == 1 ? g.op("Unsqueeze", n.x(1), g.ints(1)) : n.x(1);
      String other = turnedB ? right : swapped(g, right, Math.max(b, 2));
      String da = g.op("MatMul", product, other);
      String turned = turnedA ? swapped(g, da, rank) : da;
      n.gradient(0, summed(g, n, a == 1 ? g.op("Squeeze", turned, g.ints(-2)) : turned, 0, 1));
    }
    if (n.wants(1)) {
      String left = a == 1 ? g.op("Unsqueeze", n.x(0), g.ints(0)) : n.x(0);
      String other = turnedA ? left : swapped(g, left, Math.max(a, 2));
      String db = g.op("MatMul", other, product);
      String turned = turnedB ? swapped(g, db, rank) : db;
      n.gradient(1, summed(g, n, b == 1 ? g.op("Squeeze", turned, g.ints(-1)) : turned, 1, 0));
    }
  }

  private static int rank(GraphBuilder g, Operation n, int input) {
    int rank = g.rank(n.x(input));
    if (rank == 0) {
      throw n.refuse("its input " + input + " is a scalar");
    }
    return rank;
  }

  /** The last two dimensions exchanged. */
  private static String swapped(GraphBuilder g, String tensor, int rank) {
    long[] order = new long[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i;
    }
    order[rank - 1] = rank - 2L;
    order[rank - 2] = rank - 1L;
    return g.transpose(tensor, order);
  }

  /** Sums over the matrices of a batch for which an operand was repeated. */
  private static String summed(GraphBuilder g, Operation n, String dx, int input, int other) {
    int rank = g.rank(n.x(input));
    int own = Math.min(rank, 2);
    if (g.rank(n.x(other)) <= 2 && rank >= 2) {
      return dx;
    }
    List<Dimension> dimensions = new ArrayList<>(batch(g, n));
    List<Dimension> matrix = g.dimensions(n.x(input));
    dimensions.addAll(matrix.subList(rank - own, rank));
    List<String> others = rank > 2 ? List.of(n.x(other)) : List.of();
    Broadcast.Shape shape = () -> g.op("Shape", dx);
    return new Broadcast(g).undo(dx, dimensions, shape, n.x(input), others, own);
  }

  /** The dimensions of the product before those of the matrices. */
  private static List<Dimension> batch(GraphBuilder g, Operation n) {
    List<Dimension> a = g.dimensions(n.x(0));
    List<Dimension> b = g.dimensions(n.x(1));
    List<Dimension> y = g.dimensions(n.y());
    int count = Math.max(0, Math.max(a.size(), b.size()) - 2);
    if (y.size() >= count) {
      return y.subList(0, count);
    }
    List<Dimension> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      open.add(Dimension.open(""));
    }
    return open;
  }

  private static void gemm(GraphBuilder g, Operation n) {
    gemm(g, n, n.dy());
  }

  /** {@code Y = alpha A B + beta C}, where A and B may be transposed. */
  static void gemm(GraphBuilder g, Operation n, String dy) {
    long transA = n.integer("transA", 0);
    long transB = n.integer("transB", 0);
    Attributes alpha = Attributes.none().and(n.node(), "alpha");
    if (n.wants(0)) {
      n.gradient(
          0,
          transA == 0
              ? g.op("Gemm", alpha.and("transB", 1 - transB), dy, n.x(1))
              : g.op("Gemm", alpha.and("transA", transB).and("transB", 1), n.x(1), dy));
    }
    if (n.wants(1)) {
      n.gradient(
          1,
          transB == 0
              ? g.op("Gemm", alpha.and("transA", 1 - transA), n.x(0), dy)
              : g.op("Gemm", alpha.and("transA", 1).and("transB", transA), dy, n.x(0)));
    }
    if (n.wants(2)) {
      String sum = new Broadcast(g).undo(dy, n.y(), n.x(2));
      n.gradient(2, g.scale(sum, n.real("beta", 1)));
    }
  }
}
