package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.distinct;
import static dev.limelight.onnx.adjoint.Values.normal;
import static dev.limelight.onnx.adjoint.Values.positive;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReductionGradientTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource({"reductions", "ofOldSets", "softmax", "normalisations", "written"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> reductions() {
    List<GradientCase> cases = new ArrayList<>();
    for (String operator :
        List.of(
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceL2",
            "ReduceL1",
            "ReduceSumSquare",
            "ReduceLogSumExp",
            "ReduceLogSum",
            "ReduceProd")) {
      boolean signed = !operator.equals("ReduceLogSum") && !operator.equals("ReduceProd");
      for (int kept = 0; kept < 2; kept++) {
        cases.add(
            GradientCase.of(
                    operator + " keepdims " + kept, signed ? distinct(2, 3, 4) : positive(2, 3, 4))
                .node(operator, "x a", Attributes.with("keepdims", kept))
                .whole("a", 1, -1));
      }
      cases.add(
          GradientCase.of(operator + " of all", signed ? distinct(3, 2, 4) : positive(3, 2, 4))
              .node(operator, "x", Attributes.with("keepdims", 0)));
    }
    Values zeros = new Values(new long[] {3, 3}, new double[] {0.5, 2, -1.5, 0, 2, 1.5, 0, 3, 0});
    cases.add(
        GradientCase.of("ReduceProd with zeros", zeros).node("ReduceProd", "x a").whole("a", 1));
    for (String operator : List.of("ReduceSum", "ReduceMean")) {
      cases.add(
          GradientCase.of(operator + " of no axes", normal(2, 3))
              .node(operator, "x", Attributes.with("noop_with_empty_axes", 1)));
    }
    return cases.stream();
  }

  static Stream<GradientCase> ofOldSets() {
    return Stream.of(
        GradientCase.of("ReduceMean of set 17", normal(2, 3, 4))
            .node("ReduceMean", "x", Attributes.with("axes", new long[] {1, 2}).and("keepdims", 0))
            .opset(17),
        GradientCase.of("ReduceSum of set 11", normal(2, 3, 4))
            .node("ReduceSum", "x", Attributes.with("axes", new long[] {1}))
            .opset(11));
  }

  static Stream<GradientCase> softmax() {
    return Stream.of(
        GradientCase.of("Softmax", normal(2, 3, 4))
            .node("Softmax", "x", Attributes.with("axis", 1)),
        GradientCase.of("Softmax of set 11", normal(2, 3, 4))
            .node("Softmax", "x", Attributes.with("axis", 1))
            .opset(11),
        GradientCase.of("LogSoftmax", normal(2, 3, 4), Attributes.none()));
  }

  static Stream<GradientCase> normalisations() {
    Attributes twoGroups = Attributes.with("num_groups", 2);
    return Stream.of(
        GradientCase.of("BatchNormalization", normal(2, 3, 4, 4))
            .node("BatchNormalization", "x s b m v")
            .real("s", normal(3))
            .real("b", normal(3))
            .real("m", normal(3))
            .real("v", positive(3)),
        GradientCase.of("LayerNormalization", normal(2, 3, 4))
            .node("LayerNormalization", "x s b")
            .real("s", normal(4))
            .real("b", normal(4)),
        GradientCase.of("LayerNormalization from axis 1", normal(2, 3, 4))
            .node("LayerNormalization", "x s", Attributes.with("axis", 1))
            .real("s", normal(3, 4)),
        GradientCase.of("LayerNormalization scale", normal(4))
            .node("LayerNormalization", "c x b")
            .real("c", normal(2, 3, 4))
            .real("b", normal(4)),
        GradientCase.of("LayerNormalization bias", normal(4))
            .node("LayerNormalization", "c s x")
            .real("c", normal(2, 3, 4))
            .real("s", normal(4)),
        GradientCase.of("InstanceNormalization", normal(2, 3, 4, 4))
            .node("InstanceNormalization", "x s b")
            .real("s", normal(3))
            .real("b", normal(3))
            .tolerance(2e-3),
        GradientCase.of("GroupNormalization of set 18", normal(2, 4, 3, 3))
            .node("GroupNormalization", "x s b", twoGroups)
            .real("s", normal(2))
            .real("b", normal(2))
            .tolerance(2e-3),
        GradientCase.of("GroupNormalization of set 21", normal(2, 4, 3, 3))
            .node("GroupNormalization", "x s b", twoGroups)
            .real("s", normal(4))
            .real("b", normal(4))
            .opset(21)
            .tolerance(2e-3),
        GradientCase.of("RMSNormalization", normal(2, 3, 4))
            .node("RMSNormalization", "x s")
            .real("s", normal(4))
            .opset(23)
            .tolerance(2e-3),
        GradientCase.of("MeanVarianceNormalization", normal(2, 3, 4, 4), Attributes.none())
            .tolerance(2e-3),
        GradientCase.of("LpNormalization", normal(2, 3, 4))
            .node("LpNormalization", "x", Attributes.with("axis", 1)),
        GradientCase.of("LpNormalization of p 1", distinct(2, 3, 4))
            .node("LpNormalization", "x", Attributes.with("axis", 1).and("p", 1)),
        GradientCase.of("LRN", normal(2, 6, 3, 3))
            .node(
                "LRN",
                "x",
                Attributes.with("size", 5).and("alpha", 0.5).and("beta", 0.75).and("bias", 1.0))
            .tolerance(2e-3));
  }

  static Stream<GradientCase> written() {
    return Stream.of(
        GradientCase.of("Normalisation by single operators", normal(2, 3, 8))
            .node("ReduceMean", "x a", "m")
            .node("Sub", "x m", "c")
            .node("Pow", "c two", "s")
            .node("ReduceMean", "s a", "v")
            .node("Add", "v e", "w")
            .node("Sqrt", "w", "d")
            .node("Div", "c d")
            .whole("a", -1)
            .real("two", Values.scalar(2))
            .real("e", Values.scalar(1e-5)));
  }
}
