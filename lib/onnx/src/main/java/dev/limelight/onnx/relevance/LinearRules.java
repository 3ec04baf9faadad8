package dev.limelight.onnx.relevance;

import static java.util.Map.entry;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/**
 * Products with weights: {@code c_j = sum_k w_jk c_k y_k / z_k}, where w and z are changed by the
 * rule of the layer.
 */
@MetaInfServices(RelevanceRules.class)
public final class LinearRules implements RelevanceRules {

  @Override
  public Map<String, RelevanceRule> rules() {
    return Map.ofEntries(
        entry("Conv", LinearRules::conv),
        entry("ConvTranspose", LinearRules::epsilon),
        entry("Gemm", LinearRules::epsilon),
        entry("MatMul", LinearRules::matMul),
        entry("Einsum", LinearRules::matMul));
  }

  private static void epsilon(GraphBuilder g, Operation n, Propagation by) {
    n.refuseGradientOf("its weights or biases are", 1, 2);
    if (!by.isOfAttention()) {
      n.replaceOutputGradient(by.share(g, n.dy(), n.y(), n.y()));
    }
    Propagation.exact(g, n);
  }

  /** Half for each factor where both depend on the picture. */
  private static void matMul(GraphBuilder g, Operation n, Propagation by) {
    if (n.inputs() == 2 && n.wants(0) && n.wants(1)) {
      if (!by.isOfAttention()) {
        throw n.refuse("lrp has no rule for the product of two tensors; use attn-lrp");
      }
      n.replaceOutputGradient(g.scale(n.dy(), 0.5));
    } else if (!by.isOfAttention()) {
      n.replaceOutputGradient(by.share(g, n.dy(), n.y(), n.y()));
    }
    Propagation.exact(g, n);
  }

  private static void conv(GraphBuilder g, Operation n, Propagation by) {
    switch (by.composite().kind()) {
      case EPSILON, ATTENTION -> epsilon(g, n, by);
      case EPSILON_PLUS -> plus(g, n, by);
      case EPSILON_GAMMA_BOX -> gamma(g, n, by);
    }
  }

  /** {@code z = w^+ x^+ + b^+ + w^- x^-}, so that only positive products count. */
  private static void plus(GraphBuilder g, Operation n, Propagation by) {
    Weights weights = new Weights(g, n);
    String up = weights.above();
    String down = weights.below();
    String z =
        g.add(
            weights.conv(weights.inputAbove(), up, weights.biasPart("Max")),
            weights.conv(weights.inputBelow(), down, ""));
    String share = by.share(g, n.dy(), n.y(), z);
    n.gradient(0, weights.chosen(weights.back(share, up), weights.back(share, down)));
  }

  /** Gamma where the output is positive, and its mirror image where it is negative. */
  private static void gamma(GraphBuilder g, Operation n, Propagation by) {
    double gamma = by.composite().gamma();
    Weights weights = new Weights(g, n);
    String up = g.alike(g.add(n.x(1), g.scale(weights.above(), gamma)), n.x(1));
    String down = g.alike(g.add(n.x(1), g.scale(weights.below(), gamma)), n.x(1));
    String high = weights.inputAbove();
    String low = weights.inputBelow();
    String positive =
        g.add(weights.conv(high, up, weights.bias(gamma, true)), weights.conv(low, down, ""));
    String negative =
        g.add(weights.conv(high, down, weights.bias(gamma, false)), weights.conv(low, up, ""));
    String zero = g.number(0, n.y());
    String ofUp = g.gate(g.op("Greater", n.y(), zero), by.share(g, n.dy(), n.y(), positive));
    String ofDown = g.gate(g.op("Less", n.y(), zero), by.share(g, n.dy(), n.y(), negative));
    String forHigh = g.add(weights.back(ofUp, up), weights.back(ofDown, down));
    String forLow = g.add(weights.back(ofUp, down), weights.back(ofDown, up));
    n.gradient(0, weights.chosen(forHigh, forLow));
  }

  /**
   * The relevance of the pixels below a first convolution, by the box rule: {@code z = w x - w^+
   * low - w^- high}.
   *
   * @param c of the convolution's output
   * @return relevance, of the shape of the picture
   */
  static String box(GraphBuilder g, Operation n, Propagation by, String c) {
    Weights weights = new Weights(g, n);
    String x = n.x();
    String up = weights.above();
    String down = weights.below();
    String low = bound(g, x, by.composite().low(), by, "ReduceMin");
    String high = bound(g, x, by.composite().high(), by, "ReduceMax");
    // Biases count in each of the three, as in zennit.
    String z =
        g.sub(
            n.y(),
            g.add(
                weights.conv(low, up, weights.biasPart("Max")),
                weights.conv(high, down, weights.biasPart("Min"))));
    String share = by.share(g, c, n.y(), z);
    String ofPicture = g.mul(x, weights.back(share, n.x(1)));
    String ofBounds =
        g.add(g.mul(low, weights.back(share, up)), g.mul(high, weights.back(share, down)));
    return g.sub(ofPicture, ofBounds);
  }

  private static String bound(
      GraphBuilder g, String x, double given, Propagation by, String operator) {
    boolean own = by.composite().low() == by.composite().high();
    String one =
        own ? g.op(operator, Attributes.with("keepdims", 1), x, g.ints(2, 3)) : g.number(given, x);
    return g.alike(g.op("Expand", one, g.shape(x)), x);
  }

  /** A convolution with parts of its weights. */
  private record Weights(GraphBuilder g, Operation n) {

    Weights {
      n.refuseGradientOf("its weights or biases are", 1, 2);
    }

    String above() {
      return part("Max", n.x(1));
    }

    String below() {
      return part("Min", n.x(1));
    }

    private String part(String operator, String tensor) {
      return g.once(
          List.of(operator, tensor),
          () -> g.alike(g.op(operator, tensor, g.number(0, tensor)), tensor));
    }

    String inputAbove() {
      return part("Max", n.x());
    }

    String inputBelow() {
      return part("Min", n.x());
    }

    /** {@code b + gamma b^+}, or with b^-. */
    String bias(double gamma, boolean positive) {
      return n.has(2) ? g.add(n.x(2), g.scale(part(positive ? "Max" : "Min", n.x(2)), gamma)) : "";
    }

    /** {@code b^+} or b^-. */
    String biasPart(String operator) {
      return n.has(2) ? part(operator, n.x(2)) : "";
    }

    String conv(String x, String w, String bias) {
      Attributes same =
          Attributes.none()
              .and(n.node(), "strides", "pads", "dilations", "group", "auto_pad", "kernel_shape");
      return g.op("Conv", same, x, w, bias);
    }

    /** What goes back through these weights. */
    String back(String share, String w) {
      NodeProto other = n.node().toBuilder().setInput(1, w).build();
      Operation same = n.as(other, share);
      Propagation.exact(g, same);
      return same.gradient(0);
    }

    /** One where the input is above 0, and another where it is below. */
    String chosen(String above, String below) {
      String zero = g.number(0, n.x());
      return g.add(
          g.gate(g.op("Greater", n.x(), zero), above), g.gate(g.op("Less", n.x(), zero), below));
    }
  }
}
