package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Guided backpropagation: ReLUs, clipped ones too, pass only positive gradients. */
@MetaInfServices(GradientRules.class)
public final class GuidedRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "Relu",
        GuidedRules::relu,
        "Clip",
        GuidedRules::clip,
        FusedRules.DOMAIN + "FusedConv",
        GuidedRules::fusedConv,
        FusedRules.DOMAIN + "FusedGemm",
        GuidedRules::fusedGemm);
  }

  @Override
  public Kind kind() {
    return Kind.GUIDED;
  }

  private static void relu(GraphBuilder g, Operation n) {
    n.replaceOutputGradient(g.op("Relu", n.dy()));
    RectifierRules.relu(g, n);
  }

  /** A clip from 0 on is a ReLU with a ceiling; any other is none. */
  private static void clip(GraphBuilder g, Operation n) {
    double[] low = n.has(1) ? g.reals(n.x(1)) : null;
    if (low != null && low.length == 1 && low[0] == 0) {
      n.replaceOutputGradient(g.op("Relu", n.dy()));
    }
    RectifierRules.clip(g, n);
  }

  private static void fusedConv(GraphBuilder g, Operation n) {
    guideFused(g, n);
    FusedRules.fusedConv(g, n);
  }

  private static void fusedGemm(GraphBuilder g, Operation n) {
    guideFused(g, n);
    FusedRules.fusedGemm(g, n);
  }

  private static void guideFused(GraphBuilder g, Operation n) {
    if (FusedRules.isRectified(n)) {
      n.replaceOutputGradient(g.op("Relu", n.dy()));
    }
  }
}
