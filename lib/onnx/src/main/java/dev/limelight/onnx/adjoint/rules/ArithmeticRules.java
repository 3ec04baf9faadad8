package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Functions of several numbers, whose operands may be repeated to fit each other. */
@MetaInfServices(GradientRules.class)
public final class ArithmeticRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        "Add", ArithmeticRules::sum,
        "Sum", ArithmeticRules::sum,
        "Mean", ArithmeticRules::mean,
        "Sub", ArithmeticRules::sub,
        "Mul", ArithmeticRules::mul,
        "Div", ArithmeticRules::div,
        "Pow", ArithmeticRules::pow,
        "Max", ArithmeticRules::extreme,
        "Min", ArithmeticRules::extreme,
        "Where", ArithmeticRules::where);
  }

  static void sum(GraphBuilder g, Operation n) {
    for (int i = 0; i < n.inputs(); i++) {
      if (n.wants(i)) {
        n.gradient(i, summed(g, n, n.dy(), i));
      }
    }
  }

  private static void mean(GraphBuilder g, Operation n) {
    String share = g.scale(n.dy(), 1.0 / n.inputs());
    for (int i = 0; i < n.inputs(); i++) {
      if (n.wants(i)) {
        n.gradient(i, summed(g, n, share, i));
      }
    }
  }

  private static void sub(GraphBuilder g, Operation n) {
    if (n.wants(0)) {
      n.gradient(0, summed(g, n, n.dy(), 0));
    }
    if (n.wants(1)) {
      n.gradient(1, g.op("Neg", summed(g, n, n.dy(), 1)));
    }
  }

  private static void mul(GraphBuilder g, Operation n) {
    if (n.x(0).equals(n.x(1))) {
      // Each of both gets half of 2 dy x.
      String half = g.mul(n.dy(), n.x());
      n.gradient(0, half);
      n.gradient(1, half);
      return;
    }
    if (n.wants(0)) {
      n.gradient(0, summed(g, n, g.mul(n.dy(), n.x(1)), 0));
    }
    if (n.wants(1)) {
      n.gradient(1, summed(g, n, g.mul(n.dy(), n.x(0)), 1));
    }
  }

  /** {@code da = dy / b} and {@code db = -y dy / b}. */
  private static void div(GraphBuilder g, Operation n) {
    String quotient = g.div(n.dy(), n.x(1));
    if (n.wants(0)) {
      n.gradient(0, summed(g, n, quotient, 0));
    }
    if (n.wants(1)) {
      n.gradient(1, summed(g, n, g.op("Neg", g.mul(quotient, n.y())), 1));
    }
  }

  /** {@code dx = dy p x^(p-1)} and {@code dp = dy y log(x)}. */
  private static void pow(GraphBuilder g, Operation n) {
    if (n.wants(0)) {
      double[] p = g.reals(n.x(1));
      String slope = p != null && p.length == 1 ? slopeOfPower(g, n, p[0]) : slopeOfPower(g, n);
      n.gradient(0, summed(g, n, g.mul(n.dy(), slope), 0));
    }
    if (n.wants(1)) {
      // A power of zero stays zero.
      String zero = g.op("Equal", n.x(), g.number(0, n.x()));
      String log = g.op("Log", g.where(zero, g.number(1, n.x()), n.x()));
      String slope = g.mul(n.dy(), g.mul(n.y(), log));
      n.gradient(1, summed(g, n, g.cast(slope, n.x(1)), 1));
    }
  }

  private static String slopeOfPower(GraphBuilder g, Operation n, double p) {
    String x = n.x();
    if (p == 0) {
      return g.number(0, x);
    }
    if (p == 1) {
      return g.number(1, x);
    }
    if (p == 2) {
      return g.scale(x, 2);
    }
    if (p == 0.5) {
      return g.op("Reciprocal", g.scale(n.y(), 2));
    }
    String power = p == 3 ? g.mul(x, x) : g.op("Pow", x, g.number(p - 1, x));
    return g.scale(power, p);
  }

  private static String slopeOfPower(GraphBuilder g, Operation n) {
    String p = g.cast(n.x(1), n.x());
    String one = g.number(1, n.x());
    // Without the gate x^(p-1) is infinite where p = 0 and x = 0.
    String constant = g.op("Equal", p, g.number(0, p));
    String lower = g.where(constant, one, g.sub(p, one));
    return g.mul(p, g.op("Pow", n.x(), lower));
  }

  /** Max and Min: where some are equal, they share the gradient. */
  private static void extreme(GraphBuilder g, Operation n) {
    if (n.inputs() == 1) {
      n.gradient(0, n.dy());
      return;
    }
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < n.inputs(); i++) {
      reached.add(g.cast(g.op("Equal", n.x(i), n.y()), n.y()));
    }
    String share = g.div(n.dy(), g.op("Sum", reached.toArray(new String[0])));
    for (int i = 0; i < n.inputs(); i++) {
      if (n.wants(i)) {
        n.gradient(i, summed(g, n, g.mul(share, reached.get(i)), i));
      }
    }
  }

  private static void where(GraphBuilder g, Operation n) {
    Broadcast broadcast = new Broadcast(g);
    if (n.wants(1)) {
      n.gradient(1, broadcast.undo(g.gate(n.x(0), n.dy()), n.y(), n.x(1), n.others(1)));
    }
    if (n.wants(2)) {
      String not = g.op("Not", n.x(0));
      n.gradient(2, broadcast.undo(g.gate(not, n.dy()), n.y(), n.x(2), n.others(2)));
    }
  }

  /** Sums over the dimensions along which an input was repeated. */
  private static String summed(GraphBuilder g, Operation n, String dy, int input) {
    return new Broadcast(g).undo(dy, n.y(), n.x(input), n.others(input));
  }
}
