package dev.limelight.onnx.adjoint.rules;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.kohsuke.MetaInfServices;

/**
 * Quantisation, whose rounding is taken as the identity (straight-through estimator). The gradient
 * of a tensor of whole numbers is thus one of real numbers. Values that the whole numbers cannot
 * represent are clipped, and have no gradient.
 *
 * @see <a href="https://arxiv.org/abs/1308.3432">Bengio et al. 2013, Estimating or Propagating
 *     Gradients Through Stochastic Neurons</a>
 */
@MetaInfServices(GradientRules.class)
public final class QuantisationRules implements GradientRules {

  private static final String QUANTIZE = "QuantizeLinear";
  private static final String DEQUANTIZE = "DequantizeLinear";

  @Override
  public Map<String, GradientRule> rules() {
    return Map.of(
        QUANTIZE,
        QuantisationRules::quantizeLinear,
        DEQUANTIZE,
        QuantisationRules::dequantizeLinear,
        FusedRules.DOMAIN + QUANTIZE,
        QuantisationRules::quantizeLinear,
        FusedRules.DOMAIN + DEQUANTIZE,
        QuantisationRules::dequantizeLinear);
  }

  @Override
  public Set<String> straightThrough() {
    return Set.of(QUANTIZE, FusedRules.DOMAIN + QUANTIZE);
  }

  /** {@code dx = dy / scale} where x is inside of the range. */
  private static void quantizeLinear(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its scale is", 1, 2);
    long[] range = range(g.type(n.y()), n);
    String scale = g.cast(n.x(1), n.x());
    scale = alongAxis(g, n, scale);
    String zero = n.has(2) ? alongAxis(g, n, g.cast(n.x(2), n.x())) : g.number(0, n.x());
    String low = g.mul(g.sub(g.number(range[0], n.x()), zero), scale);
    String high = g.mul(g.sub(g.number(range[1], n.x()), zero), scale);
    String inside = g.op("And", g.op("Greater", n.x(), low), g.op("Less", n.x(), high));
    String dy = g.cast(n.dy(), n.x());
    n.gradient(0, g.gate(inside, g.div(dy, scale)));
  }

  /** {@code dx = dy scale}. */
  private static void dequantizeLinear(GraphBuilder g, Operation n) {
    n.refuseGradientOf("its scale is", 1, 2);
    String scale = alongAxis(g, n, n.x(1));
    n.gradient(0, g.mul(n.dy(), g.cast(scale, n.dy())));
  }

  /** A number for all elements as it is, and one for each along an axis in the shape of these. */
  private static String alongAxis(GraphBuilder g, Operation n, String parameter) {
    if (n.integer("block_size", 0) != 0) {
      throw n.refuse("it has a scale for each block");
    }
    long[] lengths = g.lengths(n.x(1));
    if (lengths.length == 0 || Arrays.equals(lengths, new long[] {1})) {
      return g.reshape(parameter);
    }
    int rank = g.rank(n.x());
    int axis = Math.toIntExact(n.integer("axis", 1));
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[axis < 0 ? axis + rank : axis] = -1;
    return g.reshape(parameter, shape);
  }

  private static long[] range(DataType type, Operation n) {
    return switch (type) {
      case INT8 -> new long[] {Byte.MIN_VALUE, Byte.MAX_VALUE};
      case UINT8 -> new long[] {0, 255};
      case INT16 -> new long[] {Short.MIN_VALUE, Short.MAX_VALUE};
      case UINT16 -> new long[] {0, 65535};
      default -> throw n.refuse("it quantises to " + type);
    };
  }
}
