package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;
import static dev.limelight.onnx.adjoint.Values.positive;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationGradientTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource({"ofOneNumber", "ofPositiveNumbers", "others"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> ofOneNumber() {
    List<GradientCase> cases = new ArrayList<>();
    for (String operator :
        List.of(
            "Relu",
            "Sigmoid",
            "Tanh",
            "Erf",
            "Selu",
            "Softplus",
            "Softsign",
            "Mish",
            "HardSwish",
            "Exp",
            "Neg",
            "Abs",
            "Sin",
            "Cos",
            "Atan",
            "Sinh",
            "Cosh",
            "Asinh",
            "Identity",
            "Dropout",
            "HardSigmoid",
            "LeakyRelu",
            "Elu",
            "Celu",
            "ThresholdedRelu")) {
      cases.add(GradientCase.of(operator, smooth(2, 3, 4), Attributes.none()));
    }
    Object[][] slopes = {
      {"LeakyRelu", 0.1},
      {"LeakyRelu", -0.2},
      {"Elu", 0.7},
      {"Elu", -0.5},
      {"Elu", 0.0},
      {"Celu", 0.6},
      {"Selu", 0.8},
      {"ThresholdedRelu", 0.3},
      {"HardSigmoid", 0.3}
    };
    for (Object[] slope : slopes) {
      Attributes alpha = Attributes.none().and("alpha", (double) slope[1]);
      cases.add(
          GradientCase.of(slope[0] + " " + slope[1], smooth(1, 3, 4))
              .node((String) slope[0], "x", alpha));
    }
    return cases.stream();
  }

  /** Not near the corners of any activation. */
  private static Values smooth(long... shape) {
    double[] values = normal(shape).times(2).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.floor(values[i] * 5) / 5 + 0.0777;
    }
    return new Values(shape, values);
  }

  static Stream<GradientCase> ofPositiveNumbers() {
    Stream<GradientCase> positive =
        Stream.of("Log", "Sqrt", "Reciprocal")
            .map(operator -> GradientCase.of(operator, positive(2, 3, 4), Attributes.none()));
    Stream<GradientCase> small =
        Stream.of("Asin", "Acos", "Atanh", "Tan")
            .map(
                operator ->
                    GradientCase.of(operator, positive(2, 4).times(0.5), Attributes.none()));
    double[] large = positive(9).values();
    for (int i = 0; i < large.length; i++) {
      large[i] += 1;
    }
    return Stream.concat(
        Stream.concat(positive, small),
        Stream.of(GradientCase.of("Acosh", Values.of(large), Attributes.none())));
  }

  static Stream<GradientCase> others() {
    Attributes byTanh = Attributes.none().and("approximate", "tanh");
    return Stream.of(
        GradientCase.of("Gelu", smooth(2, 9), Attributes.none()).opset(20),
        GradientCase.of("Gelu tanh", smooth(2, 9)).node("Gelu", "x", byTanh).opset(20),
        GradientCase.of("Clip", smooth(2, 9))
            .node("Clip", "x a b")
            .real("a", Values.scalar(-0.5))
            .real("b", Values.scalar(1)),
        GradientCase.of("Clip from below", smooth(2, 9))
            .node("Clip", "x a")
            .real("a", Values.scalar(0)),
        GradientCase.of("Clip from above", smooth(2, 9))
            .node("Clip", "x - b")
            .real("b", Values.scalar(0.5)),
        GradientCase.of("Clip without bounds", smooth(2, 9)).node("Clip", "x"),
        GradientCase.of("Clip of set 6", smooth(2, 9))
            .node("Clip", "x", Attributes.none().and("min", 0.0).and("max", 1.0))
            .opset(10),
        GradientCase.of("PRelu", smooth(2, 3, 4, 4))
            .node("PRelu", "x s")
            .real("s", normal(3, 1, 1)),
        GradientCase.of("PRelu slope", normal(3, 1, 1))
            .node("PRelu", "c x")
            .real("c", normal(2, 3, 4, 4)),
        GradientCase.of("Cast there and back", normal(2, 3))
            .node("Cast", "x", "h", Attributes.with("to", 11))
            .node("Mul", "h h", "k")
            .node("Cast", "k", Attributes.with("to", 1))
            .tolerance(2e-3),
        GradientCase.of("Shrink", smooth(2, 9), Attributes.none()).step(0.005).tolerance(2e-3),
        GradientCase.of("Swish", normal(2, 5))
            .node("Swish", "x", Attributes.none().and("alpha", 1.3))
            .opset(24),
        GradientCase.of("CastLike", normal(2, 5))
            .node("CastLike", "x c", "t")
            .node("Exp", "t")
            .real("c", Values.of(1)));
  }
}
