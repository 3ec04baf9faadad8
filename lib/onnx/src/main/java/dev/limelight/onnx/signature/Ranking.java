package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scores of the classes behind an output that ranks them: the values of a TopK are sorted, and
 * so belong to no fixed class, and an ArgMax gives a class and no scores.
 *
 * @param tensor the scores, or the output itself where nothing ranks them
 * @param note what was done, or null if nothing ranks them
 */
public record Ranking(String tensor, @Nullable String note) {

  /** The operators, and the axis that each has by default. */
  private static final Map<String, Integer> OPERATORS =
      Map.of("TopK", -1, "ArgMax", 0, "ArgMin", 0, "Hardmax", -1);

  /**
   * Follows an output back to its scores.
   *
   * @throws UnsupportedException if the scores are ranked, and more is made of them afterwards
   */
  static Ranking of(Tail tail, String output, OnnxOutput.Types types) {
    NodeProto node = tail.beforeKept(output, new ArrayList<>());
    if (node != null && ranksClasses(node, types)) {
      return new Ranking(
          node.getInput(0),
          "of the output "
              + Names.printable(output)
              + " the scores before its "
              + node.getOpType()
              + " are explained, as what it gives belongs to no fixed class");
    }
    for (NodeProto other : tail.nodes(output)) {
      if (ranksClasses(other, types)) {
        throw new UnsupportedException(
            "its output "
                + Names.quoted(output)
                + " follows a "
                + other.getOpType()
                + " ("
                + Names.quoted(other.getOutput(0))
                + "), so that its values belong to no fixed class; choose an output before it, or"
                + " export the model without it");
      }
    }
    return new Ranking(output, null);
  }

  private static boolean ranksClasses(NodeProto node, OnnxOutput.Types types) {
    Integer axis = OPERATORS.get(node.getOpType());
    if (axis == null || node.getInputCount() == 0) {
      return false;
    }
    TensorType type = types.get().get(node.getInput(0));
    return type == null || new ClassAxis(node, type, axis).isOfClasses(List.of());
  }
}
