package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/**
 * Activations of straight pieces. The rules read the output rather than the input where its sign is
 * the same, so that the forward pass keeps its fusion of a convolution with what follows.
 */
@MetaInfServices(GradientRules.class)
public final class RectifierRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "Relu", RectifierRules::relu,
        "LeakyRelu", RectifierRules::leakyRelu,
        "ThresholdedRelu", RectifierRules::thresholdedRelu,
        "PRelu", RectifierRules::pRelu,
        "Clip", RectifierRules::clip,
        "HardSigmoid", RectifierRules::hardSigmoid,
        "HardSwish", RectifierRules::hardSwish,
        "Shrink", RectifierRules::shrink);
  }

  /** {@code dx = dy [y > 0]}. */
  static void relu(GraphBuilder g, Operation n) {
    n.gradient(0, g.gate(g.op("Greater", n.y(), g.number(0, n.y())), n.dy()));
  }

  private static void leakyRelu(GraphBuilder g, Operation n) {
    double slope = n.real("alpha", 0.01);
    String sign = slope > 0 ? n.y() : n.x();
    String positive = g.cast(g.op("Greater", sign, g.number(0, sign)), sign);
    n.gradient(0, g.mul(n.dy(), g.plus(g.scale(positive, 1 - slope), slope)));
  }

  private static void thresholdedRelu(GraphBuilder g, Operation n) {
    String above = g.op("Greater", n.x(), g.number(n.real("alpha", 1), n.x()));
    n.gradient(0, g.gate(above, n.dy()));
  }

  private static void pRelu(GraphBuilder g, Operation n) {
    String zero = g.number(0, n.x());
    String positive = g.op("Greater", n.x(), zero);
    if (n.wants(0)) {
      n.gradient(0, g.where(positive, n.dy(), g.mul(n.dy(), n.x(1))));
    }
    if (n.wants(1)) {
      String ofSlope = g.where(positive, zero, g.mul(n.dy(), n.x()));
      n.gradient(1, new Broadcast(g).undo(ofSlope, n.y(), n.x(1)));
    }
  }

  /** dx = dy where neither bound is reached. */
  static void clip(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its bounds are", 1, 2);
    List<String> inside = new ArrayList<>();
    if (n.has(1)) {
      inside.add(g.op("Greater", n.y(), n.x(1)));
    }
    if (n.has(2)) {
      inside.add(g.op("Less", n.y(), n.x(2)));
    }
    n.gradient(
        0,
        switch (inside.size()) {
          case 0 -> n.dy();
          case 1 -> g.gate(inside.get(0), n.dy());
          default -> g.gate(g.op("And", inside.get(0), inside.get(1)), n.dy());
        });
  }

  private static void hardSigmoid(GraphBuilder g, Operation n) {
    String above = g.op("Greater", n.y(), g.number(0, n.y()));
    String below = g.op("Less", n.y(), g.number(1, n.y()));
    n.gradient(0, g.gate(g.op("And", above, below), g.scale(n.dy(), n.real("alpha", 0.2))));
  }

  /** {@code dx = dy (hardSigmoid(x) + x/6 [|x| < 3])}, as y = x hardSigmoid(x). */
  private static void hardSwish(GraphBuilder g, Operation n) {
    String inside = g.op("Less", g.op("Abs", n.x()), g.number(3, n.x()));
    String gateOfX =
        g.op("HardSigmoid", Attributes.none().and("alpha", 1.0 / 6).and("beta", 0.5), n.x());
    n.gradient(0, g.mul(n.dy(), g.add(gateOfX, g.gate(inside, g.scale(n.x(), 1.0 / 6)))));
  }

  /** {@code dx = dy [|x| > lambda]}. */
  private static void shrink(GraphBuilder g, Operation n) {
    String threshold = g.number(n.real("lambd", 0.5), n.x());
    n.gradient(0, g.gate(g.op("Greater", g.op("Abs", n.x()), threshold), n.dy()));
  }
}
