package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;

/** Sums over the dimensions along which a tensor was repeated to fit another. */
public final class Broadcast {

  private final GraphBuilder graph;

  public Broadcast(GraphBuilder graph) {
    this.graph = graph;
  }

  /**
   * The gradient of x from that of y.
   *
   * @param dy of the shape of y
   * @param y the tensor for which x was repeated
   * @param others the other tensors that were combined with x to y: along dimensions where all of
   *     them are 1, x cannot have been repeated; none if they are unknown
   */
  public String undo(String dy, String y, String x, List<String> others) {
    return undo(dy, graph.dimensions(y), () -> graph.shape(y), x, others, 0);
  }

  /** As above, without knowing the other tensors. */
  public String undo(String dy, String y, String x) {
    return undo(dy, y, x, List.of());
  }

  /** Computes the shape of y when the graph runs. */
  public interface Shape {
    String tensor();
  }

  /**
   * As above, from the dimensions of y.
   *
   * @param kept the number of dimensions at the end along which x is never repeated
   */
  public String undo(
      String dy, List<Dimension> y, Shape shapeOfY, String x, List<String> others, int kept) {
    List<Dimension> small = graph.dimensions(x);
    if (!small.isEmpty() && small.size() == y.size() && allSame(small, y)) {
      return dy;
    }
    int lead = y.size() - small.size();
    boolean certain = lead >= 0 && !small.isEmpty();
    List<Long> axes = new ArrayList<>();
    for (long i = 0; i < lead; i++) {
      axes.add(i);
    }
    for (int i = 0; certain && i < small.size() - kept; i++) {
      Dimension ours = small.get(i);
      Dimension theirs = y.get(lead + i);
      if (ours.isOne()) {
        if (!theirs.isOne()) {
          axes.add((long) lead + i);
        }
      } else {
        certain = ours.isSame(theirs) || onlyOurs(others, small.size() - i);
      }
    }
    if (!certain) {
      return undoWhenRun(dy, shapeOfY.tensor(), graph.shape(x));
    }
    if (axes.isEmpty()) {
      return dy;
    }
    String sum = graph.sum(dy, axes.stream().mapToLong(Long::longValue).toArray());
    return lead == 0 ? sum : graph.reshapedAs(sum, x);
  }

  private static boolean allSame(List<Dimension> a, List<Dimension> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).isSame(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether all others have length one in the dimension that is so many from the end. */
  private boolean onlyOurs(List<String> others, int fromEnd) {
    if (others.isEmpty()) {
      return false;
    }
    for (String other : others) {
      List<Dimension> dimensions = graph.dimensions(other);
      boolean scalar = dimensions.isEmpty() && graph.constant(other) != null;
      boolean absent = dimensions.size() < fromEnd && (scalar || !dimensions.isEmpty());
      if (!absent
          && (dimensions.size() < fromEnd
              || !dimensions.get(dimensions.size() - fromEnd).isOne())) {
        return false;
      }
    }
    return true;
  }

  /** Finds the repeated axes when the graph runs. */
  private String undoWhenRun(String dy, String large, String small) {
    String missing = graph.sub(graph.op("Size", large), graph.op("Size", small));
    TensorProto one = TensorValues.whole(new long[] {1}, 1);
    String ones =
        graph.op("ConstantOfShape", Attributes.none().and("value", one), graph.reshape(missing, 1));
    String padded = graph.op("Concat", Attributes.with("axis", 0), ones, small);
    String differs = graph.op("Not", graph.op("Equal", large, padded));
    String axes = graph.reshape(graph.op("NonZero", differs), -1);
    Attributes kept = Attributes.with("keepdims", 1).and("noop_with_empty_axes", 1);
    return graph.shaped(graph.op("ReduceSum", kept, dy, axes), small);
  }
}
