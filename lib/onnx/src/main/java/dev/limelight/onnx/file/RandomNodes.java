package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Refuses nodes that draw random numbers, or normalise by the batch, whenever they run: what they
 * give for a picture is not the same twice.
 */
public final class RandomNodes {

  private static final Set<String> DRAWS =
      Set.of(
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Multinomial",
          "Bernoulli");

  private RandomNodes() {}

  /**
   * Looks through nodes and the graphs inside them.
   *
   * @param weights the constants that they may read, by name
   * @throws UnsupportedException if one draws; the message names it
   */
  public static void refuse(Collection<NodeProto> nodes, Map<String, TensorProto> weights) {
    for (NodeProto node : nodes) {
      String operator = node.getOpType();
      if (DRAWS.contains(operator)) {
        throw new UnsupportedException(
            named(node) + " draws random numbers, so that two runs differ");
      }
      if (operator.equals("Dropout") && drops(node, weights)
          || operator.equals("BatchNormalization")
              && Attributes.integer(node, "training_mode", 0) != 0) {
        throw new UnsupportedException(
            named(node)
                + " works as in training, so that two runs differ (model.eval() before the export"
                + " prevents it)");
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          refuse(attribute.getG().getNodeList(), weights);
        }
      }
    }
  }

  private static String named(NodeProto node) {
    String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    return "its " + node.getOpType() + " " + Names.quoted(name);
  }

  /** Whether it is in training mode, or may be, and drops something. */
  private static boolean drops(NodeProto node, Map<String, TensorProto> weights) {
    if (node.getInputCount() < 3 || node.getInput(2).isEmpty()) {
      return false;
    }
    TensorProto ratio = weights.get(node.getInput(1));
    double[] share = ratio == null ? null : TensorValues.reals(ratio);
    if (share != null && share.length == 1 && share[0] == 0) {
      return false;
    }
    TensorProto training = weights.get(node.getInput(2));
    return training == null || !isFalse(training);
  }

  private static boolean isFalse(TensorProto value) {
    return value.getRawData().isEmpty()
        ? value.getInt32DataList().stream().allMatch(each -> each == 0)
        : value.getRawData().byteAt(0) == 0;
  }
}
