package dev.limelight.onnx.relevance;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.relevance.Composite;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The last step of a propagation: from c to the relevance of the pixels. */
public final class PixelRelevance {

  private final Propagation by;
  private final String picture;
  private final List<NodeProto> first = new ArrayList<>();

  /**
   * Of a graph.
   *
   * @param nodes from the picture to the logits
   * @param picture the name of its input
   * @throws UnsupportedException if the composite has a rule for the first convolution, and
   *     something else reads the picture
   */
  public PixelRelevance(
      Propagation by, Composite composite, List<NodeProto> nodes, String picture) {
    this.by = by;
    this.picture = picture;
    if (composite.kind() != Composite.Kind.EPSILON_GAMMA_BOX) {
      return;
    }
    for (NodeProto node : nodes) {
      if (node.getInputList().contains(picture)) {
        boolean shape = node.getOpType().equals("Shape") || node.getOpType().equals("Size");
        boolean convolution = node.getOpType().equals("Conv") && node.getInput(0).equals(picture);
        if (!convolution && !shape) {
          throw UnsupportedException.noGradient(
              "the box rule of lrp is for a convolution of the picture itself, and here the operator "
                  + node.getOpType()
                  + " reads it; use composite=epsilon-plus");
        }
        if (convolution) {
          first.add(node);
        }
      }
    }
  }

  /** The tensors whose c is needed. */
  public List<String> wanted() {
    return first.isEmpty()
        ? List.of(picture)
        : first.stream().map(node -> node.getOutput(0)).toList();
  }

  /**
   * Adds the relevance of the pixels.
   *
   * @param c by the names of the tensors that are wanted
   */
  public String of(GraphBuilder g, Map<String, String> c) {
    if (first.isEmpty()) {
      return g.mul(picture, c.getOrDefault(picture, ""));
    }
    String sum = "";
    for (NodeProto node : first) {
      String of = c.getOrDefault(node.getOutput(0), "");
      Operation operation = Operation.of(node, Set.of(picture), of);
      String relevance = LinearRules.box(g, operation, by, of);
      sum = sum.isEmpty() ? relevance : g.add(sum, relevance);
    }
    return sum;
  }
}
