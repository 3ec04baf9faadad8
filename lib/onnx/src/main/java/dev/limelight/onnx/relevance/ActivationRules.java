package dev.limelight.onnx.relevance;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/**
 * Activations and products of two tensors. An activation passes its relevance unchanged, {@code c_x
 * = c_y y / x}; one that is written as a product, such as {@code x sigmoid(x)}, does so if the
 * other factor counts as a constant.
 */
@MetaInfServices(RelevanceRules.class)
public final class ActivationRules implements RelevanceRules {

  /** What is added to what is divided by, which is far below what activations differ by. */
  private static final double TINY = 1e-10;

  private static final List<String> UNARY =
      List.of(
          "Clip",
          "Elu",
          "Selu",
          "Celu",
          "Gelu",
          "Mish",
          "HardSwish",
          "HardSigmoid",
          "Sigmoid",
          "Tanh",
          "Softplus",
          "Softsign",
          "ThresholdedRelu",
          "Erf",
          "Abs",
          "Sqrt",
          "Swish");

  @Override
  public Map<String, RelevanceRule> rules() {
    Map<String, RelevanceRule> rules = new HashMap<>();
    UNARY.forEach(operator -> rules.put(operator, ActivationRules::identity));
    rules.putAll(
        Map.ofEntries(entry("Mul", ActivationRules::mul), entry("Div", ActivationRules::div)));
    return rules;
  }

  private static void identity(GraphBuilder g, Operation n, Propagation by) {
    n.refuseGradientOf("its bounds are", 1, 2);
    String below = g.cast(g.op("Less", n.x(), g.number(0, n.x())), n.x());
    String sign = g.oneMinus(g.scale(below, 2));
    String stable = g.add(n.x(), g.scale(sign, TINY));
    n.gradient(0, g.mul(n.dy(), g.div(n.y(), stable)));
  }

  private static void mul(GraphBuilder g, Operation n, Propagation by) {
    if (n.inputs() != 2 || !n.wants(0) || !n.wants(1)) {
      Propagation.exact(g, n);
      return;
    }
    String a = n.x(0);
    String b = n.x(1);
    Factors factors = by.factors();
    if (a.equals(b) || factors.isFunction(b, a)) {
      signal(g, n, 0);
    } else if (factors.isFunction(a, b)) {
      signal(g, n, 1);
    } else if (by.isOfAttention()) {
      n.replaceOutputGradient(g.scale(n.dy(), 0.5));
      Propagation.exact(g, n);
    } else if (factors.isGate(b) != factors.isGate(a)) {
      signal(g, n, factors.isGate(b) ? 0 : 1);
    } else {
      throw n.refuse("lrp has no rule for the product of two tensors; use attn-lrp");
    }
  }

  /** One factor takes all, and the other counts as a constant. */
  private static void signal(GraphBuilder g, Operation n, int signal) {
    int other = 1 - signal;
    String product = g.mul(n.dy(), n.x(other));
    n.gradient(signal, new Broadcast(g).undo(product, n.y(), n.x(signal), List.of(n.x(other))));
    n.flat(other);
  }

  /** What is divided by counts as a constant, as the deviation of a normalisation. */
  private static void div(GraphBuilder g, Operation n, Propagation by) {
    if (!n.wants(1)) {
      Propagation.exact(g, n);
      return;
    }
    if (!n.wants(0)) {
      throw n.refuse("a constant is divided by what depends on the picture");
    }
    String quotient = g.div(n.dy(), n.x(1));
    n.gradient(0, new Broadcast(g).undo(quotient, n.y(), n.x(0), List.of(n.x(1))));
    n.flat(1);
  }
}
