package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.pt2.Arguments.Size;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Sizes that depend on the picture, each a vector of one whole number. */
@MetaInfServices(AtenRules.class)
public final class Symbols implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("sym_size.int", Symbols::symSize),
        entry("sym_numel.default", (n, g) -> n.result(g.reshape(g.op("Size", n.x()), 1))),
        entry("_operator.add", (n, g) -> computed(n, g, "Add")),
        entry("_operator.sub", (n, g) -> computed(n, g, "Sub")),
        entry("_operator.mul", (n, g) -> computed(n, g, "Mul")),
        entry("_operator.floordiv", (n, g) -> computed(n, g, "Div")),
        entry("_operator.mod", (n, g) -> computed(n, g, "Mod")),
        entry("_operator.neg", (n, g) -> n.result(g.op("Neg", vector(n, g, n.first())))),
        entry("torch.sym_max", (n, g) -> computed(n, g, "Max")),
        entry("torch.sym_min", (n, g) -> computed(n, g, "Min")),
        entry("_operator.ge", (n, g) -> computed(n, g, "GreaterOrEqual")),
        entry("_operator.gt", (n, g) -> computed(n, g, "Greater")),
        entry("_operator.le", (n, g) -> computed(n, g, "LessOrEqual")),
        entry("_operator.lt", (n, g) -> computed(n, g, "Less")),
        entry("_operator.eq", (n, g) -> computed(n, g, "Equal")));
  }

  private static void symSize(Call n, GraphWriter g) {
    int axis = n.axis("dim", 0, n.xMeta().rank());
    n.result(g.shape(n.x(), axis, axis + 1L));
  }

  private static String vector(Call n, GraphWriter g, String name) {
    Size size = n.size(name);
    return size.isKnown() ? g.ints(size.length()) : size.tensor();
  }

  /** Sizes are positive, so that dividing them towards zero is dividing downwards. */
  private static void computed(Call n, GraphWriter g, String operator) {
    List<String> names = n.names();
    n.result(g.op(operator, vector(n, g, names.get(0)), vector(n, g, names.get(1))));
  }
}
