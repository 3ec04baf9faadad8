package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Activations. */
@MetaInfServices(AtenRules.class)
public final class Activations implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("relu.default", (n, g) -> n.result(g.op("Relu", n.x()))),
        entry("relu6.default", (n, g) -> n.result(clip(n, g, 0, 6))),
        entry("hardtanh.default", Activations::hardtanh),
        entry("sigmoid.default", (n, g) -> n.result(g.op("Sigmoid", n.x()))),
        entry("tanh.default", (n, g) -> n.result(g.op("Tanh", n.x()))),
        entry("hardsigmoid.default", Activations::hardsigmoid),
        entry("hardswish.default", (n, g) -> n.result(g.op("HardSwish", n.x()))),
        entry("silu.default", Activations::silu),
        entry("gelu.default", Activations::gelu),
        entry("mish.default", (n, g) -> n.result(g.op("Mish", n.x()))),
        entry("elu.default", Activations::elu),
        entry("selu.default", (n, g) -> n.result(g.op("Selu", n.x()))),
        entry("celu.default", Activations::celu),
        entry("leaky_relu.default", Activations::leakyRelu),
        entry("prelu.default", Activations::prelu),
        entry("_prelu_kernel.default", Activations::prelu),
        entry("softplus.default", Activations::softplus),
        entry("log_sigmoid.default", Activations::logSigmoid),
        entry("glu.default", Activations::glu),
        entry("softmax.int", Activations::softmax),
        entry("_softmax.default", Activations::softmax),
        entry("_safe_softmax.default", Activations::softmax),
        entry("log_softmax.int", Activations::logSoftmax),
        entry("_log_softmax.default", Activations::logSoftmax));
  }

  private static String clip(Call n, GraphWriter g, double low, double high) {
    return g.op("Clip", n.x(), g.number(low, n.type()), g.number(high, n.type()));
  }

  private static void hardtanh(Call n, GraphWriter g) {
    n.result(clip(n, g, n.real("min_val", -1), n.real("max_val", 1)));
  }

  private static void hardsigmoid(Call n, GraphWriter g) {
    n.result(g.op("HardSigmoid", Attributes.none().and("alpha", 1 / 6.0), n.x()));
  }

  private static void silu(Call n, GraphWriter g) {
    n.result(g.op("Mul", n.x(), g.op("Sigmoid", n.x())));
  }

  private static void gelu(Call n, GraphWriter g) {
    String kind = n.text("approximate", "none");
    n.result(g.op("Gelu", Attributes.none().and("approximate", kind), n.x()));
  }

  /** scale (max(0, x) + min(0, alpha (exp(input_scale x) - 1))). */
  private static void elu(Call n, GraphWriter g) {
    Attributes alpha = Attributes.none().and("alpha", n.real("alpha", 1));
    double inputScale = n.real("input_scale", 1);
    String y;
    if (inputScale == 1) {
      y = g.op("Elu", alpha, n.x());
    } else {
      String below = g.op("Clip", g.scale(n.x(), inputScale, n.type()), "", g.number(0, n.type()));
      y = g.op("Add", g.op("Relu", n.x()), g.op("Elu", alpha, below));
    }
    n.result(g.scale(y, n.real("scale", 1), n.type()));
  }

  private static void celu(Call n, GraphWriter g) {
    n.result(g.op("Celu", Attributes.none().and("alpha", n.real("alpha", 1)), n.x()));
  }

  private static void leakyRelu(Call n, GraphWriter g) {
    double slope = n.real("negative_slope", 0.01);
    n.result(g.op("LeakyRelu", Attributes.none().and("alpha", slope), n.x()));
  }

  /** The slopes are those of the channels, the second dimension. */
  private static void prelu(Call n, GraphWriter g) {
    String slopes = n.tensor("weight");
    if (n.meta("weight").rank() == 1 && n.xMeta().rank() > 2) {
      long[] shape = new long[n.xMeta().rank() - 1];
      Arrays.fill(shape, 1);
      shape[0] = -1;
      slopes = g.reshape(slopes, shape);
    }
    n.result(g.op("PRelu", n.x(), slopes));
  }

  private static void softplus(Call n, GraphWriter g) {
    if (n.real("beta", 1) != 1 || n.real("threshold", 20) != 20) {
      throw n.refuse("it is scaled");
    }
    n.result(g.op("Softplus", n.x()));
  }

  /** log sigmoid(x) = -softplus(-x). */
  private static void logSigmoid(Call n, GraphWriter g) {
    n.result(g.op("Neg", g.op("Softplus", g.op("Neg", n.x()))));
  }

  private static void glu(Call n, GraphWriter g) {
    int axis = n.axis("dim", -1, n.xMeta().rank());
    List<String> halves =
        g.ops("Split", 2, Attributes.with("axis", axis).and("num_outputs", 2), n.x());
    n.result(g.op("Mul", halves.get(0), g.op("Sigmoid", halves.get(1))));
  }

  private static void softmax(Call n, GraphWriter g) {
    along(n, g, "Softmax");
  }

  private static void logSoftmax(Call n, GraphWriter g) {
    along(n, g, "LogSoftmax");
  }

  private static void along(Call n, GraphWriter g, String operator) {
    ScalarType type = n.type();
    String x = g.cast(n.x(), n.xMeta().type(), type);
    int axis = n.axis("dim", -1, n.xMeta().rank());
    n.result(g.op(operator, Attributes.with("axis", axis), x));
  }
}
