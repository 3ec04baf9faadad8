package dev.limelight.onnx.adjoint.rules;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.onnx.adjoint.TensorValues;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Softmax, and what divides by a norm or a deviation. */
@MetaInfServices(GradientRules.class)
public final class NormalisationRules implements GradientRules {

  @Override
  public Map<String, GradientRule> rules() {
    return Map.ofEntries(
        entry("Softmax", NormalisationRules::softmax),
        entry("LogSoftmax", NormalisationRules::logSoftmax),
        entry("BatchNormalization", NormalisationRules::batchNormalization),
        entry("LayerNormalization", NormalisationRules::layerNormalization),
        entry("RMSNormalization", NormalisationRules::rmsNormalization),
        entry("SimplifiedLayerNormalization", NormalisationRules::rmsNormalization),
        entry("InstanceNormalization", NormalisationRules::instanceNormalization),
        entry("GroupNormalization", NormalisationRules::groupNormalization),
        entry("MeanVarianceNormalization", NormalisationRules::meanVarianceNormalization),
        entry("LpNormalization", NormalisationRules::lpNormalization),
        entry("LRN", NormalisationRules::lrn));
  }

  /** {@code dx = y (dy - sum(dy y))}. */
  private static void softmax(GraphBuilder g, Operation n) {
    String sum = g.sum(g.mul(n.dy(), n.y()), n.integer("axis", -1));
    n.gradient(0, g.mul(n.y(), g.sub(n.dy(), sum)));
  }

  /** {@code dx = dy - exp(y) sum(dy)}. */
  private static void logSoftmax(GraphBuilder g, Operation n) {
    String sum = g.sum(n.dy(), n.integer("axis", -1));
    n.gradient(0, g.sub(n.dy(), g.mul(g.op("Exp", n.y()), sum)));
  }

  /** A channel is multiplied by one constant. */
  private static void batchNormalization(GraphBuilder g, Operation n) {
    if (n.integer("training_mode", 0) != 0) {
      throw n.refuse("it is in training mode");
    }
    n.refuseGradientOf("its statistics or weights are", 1, 2, 3, 4);
    double epsilon = n.real("epsilon", 1e-5);
    String scale = n.x(1);
    String variance = n.x(4);
    String factor =
        g.once(
            List.of("factor of batch normalization", scale, variance, epsilon),
            () -> {
              String deviation = g.op("Sqrt", g.plus(variance, epsilon));
              return g.div(scale, g.cast(deviation, scale));
            });
    long[] shape = new long[Math.max(1, g.rank(n.x()) - 1)];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    n.gradient(0, g.mul(n.dy(), g.reshape(g.cast(factor, n.x()), shape)));
  }

  private static void layerNormalization(GraphBuilder g, Operation n) {
    long[] axes = fromAxis(g, n);
    Standardised x = Standardised.of(g, n.x(), n.real("epsilon", 1e-5), axes);
    weights(g, n, x);
    if (n.wants(0)) {
      n.gradient(0, x.back(g, g.mul(n.dy(), n.x(1)), n.x()));
    }
  }

  private static void rmsNormalization(GraphBuilder g, Operation n) {
    long[] axes = fromAxis(g, n);
    Standardised x = Standardised.byMeanSquare(g, n.x(), n.real("epsilon", 1e-5), axes);
    weights(g, n, x);
    if (n.wants(0)) {
      n.gradient(0, x.back(g, g.mul(n.dy(), n.x(1)), n.x()));
    }
  }

  /** The gradients of scale and bias, should they be computed. */
  private static void weights(GraphBuilder g, Operation n, Standardised x) {
    Broadcast broadcast = new Broadcast(g);
    if (n.wants(1)) {
      String product = g.mul(n.dy(), x.values(g, n.dy()));
      n.gradient(1, broadcast.undo(product, n.y(), n.x(1)));
    }
    if (n.wants(2)) {
      n.gradient(2, broadcast.undo(n.dy(), n.y(), n.x(2)));
    }
  }

  /** The axes from the one of the attribute on, counted from the end. */
  static long[] fromAxis(GraphBuilder g, Operation n) {
    long axis = n.integer("axis", -1);
    long first = axis < 0 ? axis : axis - g.rank(n.x());
    long[] axes = new long[Math.toIntExact(-first)];
    Arrays.setAll(axes, i -> first + i);
    return axes;
  }

  private static void instanceNormalization(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its scale or bias is", 1, 2);
    Standardised x = Standardised.of(g, g.reshape(n.x(), 0, 0, -1), n.real("epsilon", 1e-5), -1);
    String scaled = g.mul(g.reshape(n.dy(), 0, 0, -1), column(g, n.x(1)));
    n.gradient(0, g.reshapedAs(x.back(g, scaled, n.x()), n.x()));
  }

  private static void groupNormalization(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its scale or bias is", 1, 2);
    long groups = n.integer("num_groups", 0);
    Standardised x =
        Standardised.of(g, g.reshape(n.x(), 0, groups, -1), n.real("epsilon", 1e-5), -1);
    // From operator set 21 on the scale is that of a channel, and before it that of a group.
    String scaled =
        g.opset() >= 21
            ? g.reshape(g.mul(g.reshape(n.dy(), 0, 0, -1), column(g, n.x(1))), 0, groups, -1)
            : g.mul(g.reshape(n.dy(), 0, groups, -1), column(g, n.x(1)));
    n.gradient(0, g.reshapedAs(x.back(g, scaled, n.x()), n.x()));
  }

  private static String column(GraphBuilder g, String vector) {
    return g.op("Unsqueeze", vector, g.ints(-1));
  }

  private static void meanVarianceNormalization(GraphBuilder g, Operation n) {
    long[] axes = n.integers("axes");
    Standardised x = Standardised.of(g, n.x(), 0, axes == null ? new long[] {0, 2, 3} : axes);
    n.gradient(0, x.back(g, n.dy(), n.x()));
  }

  /** {@code dx = (dy - slope sum(dy y)) / norm}, where the norm has the slope y or sign(x). */
  private static void lpNormalization(GraphBuilder g, Operation n) {
    long axis = n.integer("axis", -1);
    long p = n.integer("p", 2);
    if (p != 1 && p != 2) {
      throw n.refuse("it has p = " + p);
    }
    Attributes kept = Attributes.with("keepdims", 1);
    String norm = g.op(p == 1 ? "ReduceL1" : "ReduceL2", kept, n.x(), g.ints(axis));
    String slope = p == 1 ? g.op("Sign", n.x()) : n.y();
    String rest = g.sub(n.dy(), g.mul(slope, g.sum(g.mul(n.dy(), n.y()), axis)));
    n.gradient(0, g.div(rest, Norms.notZero(g, norm)));
  }

  /**
   * {@code y = x s^-b} with {@code s = k + a/n W x^2}, where W sums over neighbouring channels:
   * {@code dx = dy s^-b - 2ab/n x W^T (dy x s^(-b-1))}. The sums are convolutions.
   */
  private static void lrn(GraphBuilder g, Operation n) {
    long size = n.integer("size", 1);
    double share = n.real("alpha", 1e-4) / size;
    double beta = n.real("beta", 0.75);
    long before = (size - 1) / 2;
    long after = size / 2;
    String x = channelsAsRows(g, n, n.x());
    String dy = channelsAsRows(g, n, n.dy());
    String sums = windowSum(g, g.mul(x, x), size, before, after);
    String s = g.plus(g.scale(sums, share), n.real("bias", 1));
    String power = g.op("Pow", s, g.number(-beta, x));
    String inner = g.div(g.mul(g.mul(dy, x), power), s);
    String back = g.mul(x, g.scale(windowSum(g, inner, size, after, before), 2 * share * beta));
    n.gradient(0, g.reshapedAs(g.sub(g.mul(dy, power), back), n.x()));
  }

  private static String channelsAsRows(GraphBuilder g, Operation n, String tensor) {
    String channels = g.size(n.x(), 1);
    String shape = g.op("Concat", Attributes.with("axis", 0), g.ints(0, 1), channels, g.ints(-1));
    return g.op("Reshape", tensor, shape);
  }

  private static String windowSum(
      GraphBuilder g, String tensor, long size, long before, long after) {
    double[] ones = new double[Math.toIntExact(size)];
    Arrays.fill(ones, 1);
    long[] shape = {1, 1, size, 1};
    String weights = g.constant(TensorValues.real(g.type(tensor), shape, ones));
    Attributes attributes =
        Attributes.with("kernel_shape", new long[] {size, 1})
            .and("pads", new long[] {before, 0, after, 0});
    return g.op("Conv", attributes, tensor, weights);
  }
}
