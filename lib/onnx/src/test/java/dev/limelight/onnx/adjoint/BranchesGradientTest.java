package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.UpgradedModels;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients through the graphs inside an If. */
class BranchesGradientTest extends GradientTestBase {

  private static NodeProto node(String operator, String inputs, String outputs, Attributes all) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName("inner " + outputs)
        .addAllInput(List.of(inputs.split(" ")))
        .addAllOutput(List.of(outputs.split(" ")))
        .addAllAttribute(all.all())
        .build();
  }

  private static NodeProto node(String operator, String inputs, String outputs) {
    return node(operator, inputs, outputs, Attributes.none());
  }

  private static GraphProto graph(String outputs, NodeProto... nodes) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("branch").addAllNode(List.of(nodes));
    for (String output : outputs.split(" ")) {
      graph.addOutput(ValueInfoProto.newBuilder().setName(output));
    }
    return graph.build();
  }

  private static Attributes branches(GraphProto then, GraphProto other) {
    NodeProto.Builder both = NodeProto.newBuilder();
    both.addAttribute(
        AttributeProto.newBuilder().setName("then_branch").setType(AttributeType.GRAPH).setG(then));
    both.addAttribute(
        AttributeProto.newBuilder()
            .setName("else_branch")
            .setType(AttributeType.GRAPH)
            .setG(other));
    return Attributes.none().and(both.build(), "then_branch", "else_branch");
  }

  /** x (2, 3), and whether the largest of its elements is above a limit. */
  private static GradientCase chosen(String label, boolean first) {
    return GradientCase.of(label + (first ? ", then" : ", else"), normal(2, 3))
        .node("ReduceMax", "x", "most", Attributes.with("keepdims", 0))
        .node("Greater", "most limit", "any")
        .real("limit", Values.scalar(first ? -100 : 100));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> cases() {
    return Stream.of(true, false).flatMap(BranchesGradientTest::cases);
  }

  private static Stream<GradientCase> cases(boolean first) {
    GraphProto exponential = graph("e", node("Exp", "x", "e"));
    GraphProto product = graph("p", node("Mul", "x w", "s"), node("Tanh", "s", "p"));
    Attributes inner = branches(product, graph("n", node("Neg", "x", "n")));
    return Stream.of(
        chosen("different branches", first)
            .node("If", "any", branches(exponential, product))
            .real("w", normal(2, 3)),
        chosen("a branch without x", first)
            .node("If", "any", branches(graph("c", node("Identity", "w", "c")), product))
            .real("w", normal(2, 3)),
        chosen("other tensors than x, which is also used after it", first)
            .node("Sigmoid", "x", "t")
            .node("If", "any", "u", branches(graph("m", node("Mul", "x t", "m")), exponential))
            .node("Mul", "u t"),
        chosen("several outputs", first)
            .node(
                "If",
                "any",
                "a b",
                branches(
                    graph("f g", node("Exp", "x", "f"), node("Mul", "f x", "g")),
                    graph("h i", node("Identity", "w", "h"), node("Cos", "x", "i"))))
            .node("Mul", "a b")
            .real("w", normal(2, 3)),
        chosen("an If within a branch", first)
            .node("ReduceMin", "x", "least", Attributes.with("keepdims", 0))
            .node("Greater", "least limit", "all")
            .node("If", "any", branches(graph("o", node("If", "all", "o", inner)), exponential))
            .real("w", normal(2, 3)),
        chosen("rows of different numbers", first)
            .node(
                "If",
                "any",
                "rows",
                branches(
                    graph("r", node("Gather", "x some", "r", Attributes.with("axis", 1))),
                    exponential))
            .node("ReduceSum", "rows axis", Attributes.with("keepdims", 1))
            .whole("some", 2, 0)
            .whole("axis", 1));
  }

  @Test
  void anOperatorWithoutRuleInABranchIsNamed() {
    GraphProto rest = graph("r", node("Mod", "x w", "r", Attributes.with("fmod", 1)));
    GradientCase given =
        chosen("Mod", true)
            .node("If", "any", branches(rest, graph("e", node("Exp", "x", "e"))))
            .real("w", normal(2, 3));
    assertThatThrownBy(
            () ->
                GradientCheck.adjoint(
                    UpgradedModels.of(given.model(DataType.FLOAT, true)), Kind.EXACT))
        .isInstanceOfSatisfying(
            UnsupportedException.class, e -> assertThat(e.isNoGradient()).isTrue())
        .hasMessageContaining("no gradient of the operator Mod (node 'inner r')");
  }
}
