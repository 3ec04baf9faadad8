package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts the activations of an ONNX graph that guided backpropagation leaves as they are. */
final class OnnxRectifiers {

  private static final Set<String> OTHERS =
      Set.of(
          "LeakyRelu",
          "PRelu",
          "Elu",
          "Selu",
          "Celu",
          "Gelu",
          "FastGelu",
          "BiasGelu",
          "QuickGelu",
          "HardSwish",
          "Swish",
          "Mish",
          "ThresholdedRelu",
          // What a GELU is written with in older files.
          "Erf");

  private static final Set<String> GATES = Set.of("Sigmoid", "HardSigmoid");

  private OnnxRectifiers() {}

  /**
   * Counts them.
   *
   * @param guided how many ReLUs were found
   */
  static Rectifiers of(GraphProto graph, int guided) {
    Map<String, NodeProto> makers = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> makers.put(output, node));
    }
    int others = 0;
    for (NodeProto node : graph.getNodeList()) {
      List<String> inputs = node.getInputList();
      boolean product = node.getOpType().equals("Mul") && inputs.size() == 2;
      boolean gated =
          product
              && (isGate(makers.get(inputs.get(0)), inputs.get(1))
                  || isGate(makers.get(inputs.get(1)), inputs.get(0)));
      others += gated || OTHERS.contains(node.getOpType()) ? 1 : 0;
    }
    return new Rectifiers(guided, others);
  }

  /** Whether a factor is a sigmoid of the other one, which makes the product a SiLU. */
  private static boolean isGate(@Nullable NodeProto maker, String of) {
    return maker != null && GATES.contains(maker.getOpType()) && maker.getInput(0).equals(of);
  }
}
