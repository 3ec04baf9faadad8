package dev.limelight.onnx.pt2.operators;

import static java.util.Map.entry;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/** Products of matrices. */
@MetaInfServices(AtenRules.class)
public final class Products implements AtenRules {

  @Override
  public Map<String, AtenRule> rules() {
    return Map.ofEntries(
        entry("linear.default", Products::linear),
        entry("matmul.default", (n, g) -> product(n, g, "self", "other")),
        entry("mm.default", (n, g) -> product(n, g, "self", "mat2")),
        entry("bmm.default", (n, g) -> product(n, g, "self", "mat2")),
        entry("mv.default", (n, g) -> product(n, g, "self", "vec")),
        entry("dot.default", (n, g) -> product(n, g, "self", "tensor")),
        entry("addmm.default", Products::addmm),
        entry("baddbmm.default", Products::baddbmm),
        entry("einsum.default", Products::einsum));
  }

  private static void linear(Call n, GraphWriter g) {
    String x = n.tensor("input");
    String weight = n.tensor("weight");
    if (n.meta("input").rank() == 2) {
      n.result(g.op("Gemm", Attributes.with("transB", 1), x, weight, n.optional("bias")));
      return;
    }
    String y = g.op("MatMul", x, g.transpose(weight, 1, 0));
    n.result(n.has("bias") ? g.op("Add", y, n.tensor("bias")) : y);
  }

  private static void product(Call n, GraphWriter g, String a, String b) {
    n.result(g.op("MatMul", n.tensor(a), n.tensor(b)));
  }

  /** beta self + alpha mat1 mat2. */
  private static void addmm(Call n, GraphWriter g) {
    n.result(
        g.op(
            "Gemm",
            Attributes.none().and("alpha", n.real("alpha", 1)).and("beta", n.real("beta", 1)),
            n.tensor("mat1"),
            n.tensor("mat2"),
            n.tensor("self")));
  }

  private static void baddbmm(Call n, GraphWriter g) {
    String product = g.op("MatMul", n.tensor("batch1"), n.tensor("batch2"));
    String scaled = g.scale(product, n.real("alpha", 1), n.type());
    double beta = n.real("beta", 1);
    n.result(beta == 0 ? scaled : g.op("Add", scaled, g.scale(n.tensor("self"), beta, n.type())));
  }

  private static void einsum(Call n, GraphWriter g) {
    n.result(
        g.op(
            "Einsum",
            Attributes.none().and("equation", n.text("equation", "")),
            n.tensors("tensors").toArray(String[]::new)));
  }
}
