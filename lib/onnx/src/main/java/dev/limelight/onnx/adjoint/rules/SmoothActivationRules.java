package dev.limelight.onnx.adjoint.rules;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Activations that bend. They read the output rather than the input where that is enough. */
@MetaInfServices(GradientRules.class)
public final class SmoothActivationRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.ofEntries(
        entry("Sigmoid", SmoothActivationRules::sigmoid),
        entry("Tanh", SmoothActivationRules::tanh),
        entry("Softplus", SmoothActivationRules::softplus),
        entry("Softsign", SmoothActivationRules::softsign),
        entry("Erf", SmoothActivationRules::erf),
        entry("Gelu", SmoothActivationRules::gelu),
        entry("Mish", SmoothActivationRules::mish),
        entry("Swish", SmoothActivationRules::swish),
        entry("Elu", SmoothActivationRules::elu),
        entry("Selu", SmoothActivationRules::selu),
        entry("Celu", SmoothActivationRules::celu));
  }

  /** {@code dx = dy y (1 - y)}. */
  static void sigmoid(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.mul(n.y(), g.oneMinus(n.y()))));
  }

  /** {@code dx = dy (1 - y^2)}. */
  static void tanh(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.oneMinus(g.mul(n.y(), n.y()))));
  }

  private static void softplus(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), g.op("Sigmoid", n.x())));
  }

  /** {@code dx = dy (1 - |y|)^2}, as y = x / (1 + |x|). */
  private static void softsign(GraphBuilder g, Operation n) {
    String rest = g.oneMinus(g.op("Abs", n.y()));
    n.gradient(0, g.mul(n.dy(), g.mul(rest, rest)));
  }

  private static void erf(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), bell(g, n.x(), 2 / Math.sqrt(Math.PI))));
  }

  private static void gelu(GraphBuilder g, Operation n) {
    boolean exact = n.text("approximate", "none").equals("none");
    n.gradient(0, g.mul(n.dy(), exact ? slopeOfGelu(g, n.x()) : slopeOfTanhGelu(g, n.x())));
  }

  /** {@code Phi(x) + x phi(x)}, of the normal distribution. */
  static String slopeOfGelu(GraphBuilder g, String x) {
    String z = g.scale(x, Math.sqrt(0.5));
    String density = bell(g, z, 1 / Math.sqrt(2 * Math.PI));
    String below = g.scale(g.plus(g.op("Erf", z), 1), 0.5);
    return g.add(below, g.mul(x, density));
  }

  /** {@code (1 + t + x (1 - t^2) u') / 2} with u = c (x + a x^3) and t = tanh(u). */
  static String slopeOfTanhGelu(GraphBuilder g, String x) {
    double c = Math.sqrt(2 / Math.PI);
    double a = 0.044715;
    String square = g.mul(x, x);
    String u = g.mul(g.scale(x, c), g.plus(g.scale(square, a), 1));
    String t = g.op("Tanh", u);
    String slopeOfU = g.scale(g.plus(g.scale(square, 3 * a), 1), c);
    String inner = g.mul(g.mul(x, g.oneMinus(g.mul(t, t))), slopeOfU);
    return g.scale(g.add(g.plus(t, 1), inner), 0.5);
  }

  /** {@code factor exp(-x^2)}. */
  private static String bell(GraphBuilder g, String x, double factor) {
    return g.scale(g.op("Exp", g.op("Neg", g.mul(x, x))), factor);
  }

  /** {@code dx = dy (t + x s (1 - t^2))} with t = tanh(softplus(x)) and s = sigmoid(x). */
  private static void mish(GraphBuilder g, Operation n) {
    String t = g.op("Tanh", g.op("Softplus", n.x()));
    String gate = g.mul(n.x(), g.op("Sigmoid", n.x()));
    n.gradient(0, g.mul(n.dy(), g.add(t, g.mul(gate, g.oneMinus(g.mul(t, t))))));
  }

  private static void swish(GraphBuilder g, Operation n) {
    swish(g, n, n.real("alpha", 1));
  }

  /** {@code dx = dy (s + alpha y (1 - s))} with s = sigmoid(alpha x), as y = x s. */
  static void swish(GraphBuilder g, Operation n, double alpha) {
    String s = g.op("Sigmoid", g.scale(n.x(), alpha));
    String rest = g.mul(g.scale(n.y(), alpha), g.oneMinus(s));
    n.gradient(0, g.mul(n.dy(), g.add(s, rest)));
  }

  /** y = alpha (exp(x) - 1) below zero, so the slope there is y + alpha. */
  private static void elu(GraphBuilder g, Operation n) {
    double alpha = n.real("alpha", 1);
    if (alpha >= 0) {
      n.gradient(0, g.mul(n.dy(), bent(g, n.y(), 1, 1, alpha)));
    } else {
      // The output is positive on both sides.
      String positive = g.op("Greater", n.x(), g.number(0, n.x()));
      n.gradient(0, g.where(positive, n.dy(), g.mul(n.dy(), g.plus(n.y(), alpha))));
    }
  }

  private static void selu(GraphBuilder g, Operation n) {
    double alpha = n.real("alpha", 1.67326319217681884765625);
    double gamma = n.real("gamma", 1.05070102214813232421875);
    n.gradient(0, g.mul(n.dy(), bent(g, n.y(), gamma, 1, alpha * gamma)));
  }

  private static void celu(GraphBuilder g, Operation n) {
    n.gradient(0, g.mul(n.dy(), bent(g, n.y(), 1, 1 / n.real("alpha", 1), 1)));
  }

  /** A slope that is constant where y is positive, and {@code factor y + offset} elsewhere. */
  private static String bent(
      GraphBuilder g, String y, double positive, double factor, double offset) {
    String slope = g.plus(g.scale(g.op("Min", y, g.number(0, y)), factor), offset);
    if (positive == offset) {
      return slope;
    }
    String above = g.cast(g.op("Greater", y, g.number(0, y)), y);
    return g.add(slope, g.scale(above, positive - offset));
  }
}
