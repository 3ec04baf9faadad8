package dev.limelight.onnx.adjoint.rules;

import static java.util.Map.entry;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Broadcast;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kohsuke.MetaInfServices;

/**
 * Operators of Microsoft's own set, into which its optimiser fuses several of ONNX's.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">Contrib
 *     operators</a>
 */
@MetaInfServices(GradientRules.class)
public final class FusedRules implements GradientRules {

  static final String DOMAIN = "com.microsoft::";

  @Override
  public Map<String, GradientRule> rules() {
    return Map.ofEntries(
        entry(DOMAIN + "FusedConv", FusedRules::fusedConv),
        entry(DOMAIN + "FusedGemm", FusedRules::fusedGemm),
        entry(DOMAIN + "FusedMatMul", FusedRules::fusedMatMul),
        entry(DOMAIN + "TransposeMatMul", FusedRules::fusedMatMul),
        entry(DOMAIN + "Gelu", FusedRules::gelu),
        entry(DOMAIN + "BiasGelu", FusedRules::gelu),
        entry(DOMAIN + "FastGelu", FusedRules::fastGelu),
        entry(DOMAIN + "QuickGelu", FusedRules::quickGelu),
        entry(DOMAIN + "SkipLayerNormalization", FusedRules::skipLayerNormalization),
        entry(
            DOMAIN + "SkipSimplifiedLayerNormalization",
            FusedRules::skipSimplifiedLayerNormalization));
  }

  /** A convolution, a tensor that may be added, and an activation. */
  static void fusedConv(GraphBuilder g, Operation n) {
    String dz = beforeActivation(g, n);
    ConvolutionRules.conv(g, n, dz);
    if (n.wants(3)) {
      n.gradient(3, new Broadcast(g).undo(dz, n.y(), n.x(3)));
    }
  }

  static void fusedGemm(GraphBuilder g, Operation n) {
    ProductRules.gemm(g, n, beforeActivation(g, n));
  }

  /** Whether its activation is a ReLU, or a clip from zero on. */
  static boolean isRectified(Operation n) {
    return switch (n.text("activation", "")) {
      case "Relu" -> true;
      case "Clip" -> parameter(n, 0, "", 0) == 0;
      default -> false;
    };
  }

  /** The gradient before the activation of a fused node, from its output y. */
  private static String beforeActivation(GraphBuilder g, Operation n) {
    String activation = n.text("activation", "");
    String y = n.y();
    String zero = g.number(0, y);
    return switch (activation) {
      case "" -> n.dy();
      case "Relu" -> g.gate(g.op("Greater", y, zero), n.dy());
      case "Sigmoid" -> g.mul(n.dy(), g.mul(y, g.oneMinus(y)));
      case "Tanh" -> g.mul(n.dy(), g.oneMinus(g.mul(y, y)));
      case "LeakyRelu" -> {
        double slope = parameter(n, 0, "activation_alpha", 0.01);
        if (slope <= 0) {
          throw n.refuse("its activation has the slope " + slope);
        }
        String positive = g.cast(g.op("Greater", y, zero), y);
        yield g.mul(n.dy(), g.plus(g.scale(positive, 1 - slope), slope));
      }
      case "Clip" -> {
        String above = g.op("Greater", y, g.number(parameter(n, 0, "", 0), y));
        String below = g.op("Less", y, g.number(parameter(n, 1, "", 0), y));
        yield g.gate(g.op("And", above, below), n.dy());
      }
      case "HardSigmoid" -> {
        String inside = g.op("And", g.op("Greater", y, zero), g.op("Less", y, g.number(1, y)));
        yield g.gate(inside, g.scale(n.dy(), parameter(n, 0, "activation_alpha", 0.2)));
      }
      default -> throw n.refuse("its activation is " + activation);
    };
  }

  /** FusedConv has a list of parameters, and FusedGemm an attribute for each. */
  private static double parameter(
      Operation n, int position, String attribute, double defaultValue) {
    @Nullable AttributeProto list = Attributes.find(n.node(), "activation_params");
    if (list != null && list.getFloatsCount() > position) {
      return list.getFloats(position);
    }
    if (attribute.isEmpty()) {
      throw n.refuse("its activation has no bounds");
    }
    return n.real(attribute, defaultValue);
  }

  private static void fusedMatMul(GraphBuilder g, Operation n) {
    if (n.integer("transBatchA", 0) != 0 || n.integer("transBatchB", 0) != 0) {
      throw n.refuse("it exchanges dimensions of the batch");
    }
    boolean turnedA = n.integer("transA", 0) != 0;
    boolean turnedB = n.integer("transB", 0) != 0;
    if (turnedA && g.rank(n.x(0)) < 2 || turnedB && g.rank(n.x(1)) < 2) {
      throw n.refuse("it transposes a vector");
    }
    String dy = g.scale(n.dy(), n.real("alpha", 1));
    ProductRules.matMul(g, n, dy, turnedA, turnedB);
  }

  private static void gelu(GraphBuilder g, Operation n) {
    biased(g, n, g.mul(n.dy(), SmoothActivationRules.slopeOfGelu(g, biasedX(g, n))));
  }

  private static void fastGelu(GraphBuilder g, Operation n) {
    biased(g, n, g.mul(n.dy(), SmoothActivationRules.slopeOfTanhGelu(g, biasedX(g, n))));
  }

  private static String biasedX(GraphBuilder g, Operation n) {
    return n.has(1) ? g.add(n.x(), n.x(1)) : n.x();
  }

  private static void biased(GraphBuilder g, Operation n, String dx) {
    n.gradient(0, dx);
    if (n.wants(1)) {
      n.gradient(1, new Broadcast(g).undo(dx, n.y(), n.x(1)));
    }
  }

  private static void quickGelu(GraphBuilder g, Operation n) {
    SmoothActivationRules.swish(g, n, n.real("alpha", 1.702));
  }

  /** The layer normalisation of input + skip + bias, which is its fourth output. */
  private static void skipLayerNormalization(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its scale or bias is", 2, 3, 4);
    String sum = sum(g, n, 4);
    double epsilon = n.real("epsilon", 1e-12);
    added(g, n, Standardised.of(g, sum, epsilon, -1).back(g, g.mul(n.dy(), n.x(2)), sum));
  }

  private static void skipSimplifiedLayerNormalization(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its scale or bias is", 2, 3);
    String sum = sum(g, n, 3);
    Standardised standardised = Standardised.byMeanSquare(g, sum, n.real("epsilon", 1e-12), -1);
    added(g, n, standardised.back(g, g.mul(n.dy(), n.x(2)), sum));
  }

  private static String sum(GraphBuilder g, Operation n, int bias) {
    if (n.outputs() > 3 && !n.y(3).isEmpty()) {
      return n.y(3);
    }
    String sum = g.add(n.x(0), n.x(1));
    return n.has(bias) ? g.add(sum, n.x(bias)) : sum;
  }

  private static void added(GraphBuilder g, Operation n, String throughNorm) {
    @Nullable String direct = n.dy(3);
    String ds = direct == null ? throughNorm : g.add(throughNorm, direct);
    Broadcast broadcast = new Broadcast(g);
    for (int i = 0; i < 2; i++) {
      if (n.wants(i)) {
        n.gradient(i, broadcast.undo(ds, n.y(), n.x(i), List.of(n.x(1 - i))));
      }
    }
  }
}
