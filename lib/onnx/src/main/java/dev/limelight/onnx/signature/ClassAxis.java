package dev.limelight.onnx.signature;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dimension that an operator such as a softmax is over, followed through transpositions. */
final class ClassAxis {

  private List<Dimension> dimensions;
  private int axis;

  /**
   * That of an operator.
   *
   * @param type of its input
   * @param usual the axis if it has none
   */
  ClassAxis(NodeProto node, TensorType type, int usual) {
    dimensions = type.dimensions();
    int given = (int) Attributes.integer(node, "axis", usual);
    axis = given < 0 ? given + dimensions.size() : given;
  }

  /**
   * Whether it holds all outputs of a picture: no other dimension but the first is longer than one.
   *
   * @param after the nodes after the operator
   */
  boolean isOfClasses(List<NodeProto> after) {
    for (NodeProto node : after) {
      String operator = node.getOpType();
      if (operator.equals("Transpose")) {
        transpose(Attributes.integers(node, "perm"));
      } else if (OnnxOutput.isShaping(node) && !operator.equals("Identity")) {
        break;
      }
    }
    for (int i = 1; i < dimensions.size(); i++) {
      if (i != axis && !dimensions.get(i).isOne()) {
        return false;
      }
    }
    return axis > 0 && axis < dimensions.size();
  }

  private void transpose(long @Nullable [] order) {
    int last = dimensions.size() - 1;
    List<Dimension> turned = new ArrayList<>();
    int moved = -1;
    for (int i = 0; i <= last; i++) {
      int from = order == null ? last - i : (int) order[i];
      if (from < 0 || from > last) {
        return;
      }
      moved = from == axis ? i : moved;
      turned.add(dimensions.get(from));
    }
    dimensions = turned;
    axis = moved;
  }
}
