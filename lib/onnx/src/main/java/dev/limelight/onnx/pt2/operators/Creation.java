package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.pt2.Arguments.Size;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ScalarType;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** New tensors, and tensors filled with others. */
@MetaInfServices(AtenRules.class)
public final class Creation implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("zeros.default", (n, g) -> created(n, g, 0)),
        entry("ones.default", (n, g) -> created(n, g, 1)),
        entry("new_zeros.default", (n, g) -> created(n, g, 0)),
        entry("new_ones.default", (n, g) -> created(n, g, 1)),
        entry("full.default", (n, g) -> created(n, g, n.infinite("fill_value"))),
        entry("new_full.default", (n, g) -> created(n, g, n.infinite("fill_value"))),
        entry("zeros_like.default", (n, g) -> like(n, g, 0)),
        entry("ones_like.default", (n, g) -> like(n, g, 1)),
        entry("full_like.default", (n, g) -> like(n, g, n.infinite("fill_value"))),
        entry("fill.Scalar", (n, g) -> like(n, g, n.infinite("value"))),
        entry("zero.default", (n, g) -> like(n, g, 0)),
        entry("fill.Tensor", Creation::fill),
        entry("copy.default", Creation::copy),
        entry("scalar_tensor.default", Creation::scalarTensor),
        entry("arange.default", Creation::arange),
        entry("arange.start", Creation::arange),
        entry("arange.start_step", Creation::arange),
        entry("linspace.default", Creation::linspace));
  }

  private static void created(Call n, GraphWriter g, double value) {
    n.result(g.op("Expand", g.number(value, n.type()), n.shape("size")));
  }

  private static void like(Call n, GraphWriter g, double value) {
    n.result(g.op("Expand", g.number(value, n.type()), n.shape(n.x(), n.xMeta())));
  }

  private static void fill(Call n, GraphWriter g) {
    n.result(g.op("Expand", n.operand("value", n.type()), n.shape(n.x(), n.xMeta())));
  }

  private static void copy(Call n, GraphWriter g) {
    String source = n.operand("src", n.type());
    boolean same = n.meta("src").sizes().equals(n.xMeta().sizes());
    n.result(same ? source : g.op("Expand", source, n.shape(n.x(), n.xMeta())));
  }

  private static void scalarTensor(Call n, GraphWriter g) {
    n.result(n.infiniteOperand("s", n.type()));
  }

  private static void arange(Call n, GraphWriter g) {
    ScalarType type = n.type().isReal() ? n.type() : ScalarType.INT64;
    String start = n.has("start") ? n.operand("start", type) : g.number(0, type);
    String step = n.has("step") ? n.operand("step", type) : g.number(1, type);
    String range = g.op("Range", start, n.operand("end", type), step);
    n.result(g.cast(range, type, n.type()));
  }

  private static void linspace(Call n, GraphWriter g) {
    Size steps = n.size("steps");
    if (!steps.isKnown() || steps.length() < 1 || steps.length() > 1 << 20) {
      throw n.refuse("it has " + steps.length() + " steps");
    }
    double[] values = new double[(int) steps.length()];
    double start = n.real("start");
    double way = n.real("end") - start;
    for (int i = 0; i < values.length; i++) {
      values[i] = start + way * i / Math.max(1, values.length - 1);
    }
    n.result(g.cast(g.reals(values, values.length), ScalarType.FLOAT32, n.type()));
  }
}
