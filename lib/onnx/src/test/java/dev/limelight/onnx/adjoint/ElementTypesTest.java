package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;
import static dev.limelight.onnx.adjoint.Values.positive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of graphs in float64 and float16, compared with those in float32. */
class ElementTypesTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource("cases")
  void inDouble(GradientCase given) throws OrtException {
    assertAgrees(given, DataType.DOUBLE, 1e-5);
  }

  @ParameterizedTest
  @MethodSource({"cases", "withoutDouble"})
  void inHalf(GradientCase given) throws OrtException {
    assertAgrees(given, DataType.FLOAT16, 2e-2);
  }

  private static void assertAgrees(GradientCase given, DataType type, double tolerance)
      throws OrtException {
    Values seed = normal(given.x().shape());
    for (boolean open : new boolean[] {true, false}) {
      double[] expected =
          GradientCheck.gradient(given.model(DataType.FLOAT, open), given.x(), seed)
              .get(1)
              .values();
      double[] got =
          GradientCheck.gradient(given.model(type, open), given.x(), seed).get(1).values();
      assertThat(got).hasSameSizeAs(expected);
      for (int i = 0; i < got.length; i++) {
        assertThat(got[i]).isCloseTo(expected[i], within(tolerance * (1 + Math.abs(expected[i]))));
      }
    }
  }

  /** Graphs whose output has the shape of x. */
  static Stream<GradientCase> cases() {
    return Stream.of(
        GradientCase.of("Relu", normal(2, 6), Attributes.none()),
        GradientCase.of("LeakyRelu", normal(2, 6), Attributes.none()),
        GradientCase.of("Sigmoid", normal(2, 6), Attributes.none()),
        GradientCase.of("Softmax", normal(2, 6), Attributes.none()),
        GradientCase.of("Sqrt", positive(2, 6), Attributes.none()),
        GradientCase.of("Clip", normal(2, 6)).node("Clip", "x a").real("a", Values.scalar(0)),
        GradientCase.of("Pow", positive(2, 6)).node("Pow", "x a").real("a", Values.scalar(1.5)),
        GradientCase.of("MatMul", normal(2, 3, 4)).node("MatMul", "x w").real("w", normal(4, 4)),
        GradientCase.of("BatchNormalization", normal(2, 3, 4, 4))
            .node("BatchNormalization", "x s b b v")
            .real("s", normal(3))
            .real("b", normal(3))
            .real("v", positive(3)),
        GradientCase.of("LayerNormalization", normal(2, 3, 4))
            .node("LayerNormalization", "x s")
            .real("s", normal(4)),
        GradientCase.of("MaxPool", normal(2, 3, 4, 4))
            .node(
                "MaxPool",
                "x",
                Attributes.with("kernel_shape", new long[] {3, 3})
                    .and("pads", new long[] {1, 1, 1, 1})));
  }

  /** Which ONNX Runtime does not compute in float64. */
  static Stream<GradientCase> withoutDouble() {
    return Stream.of(
        GradientCase.of("Conv", normal(2, 3, 4, 4))
            .node("Conv", "x w", Attributes.with("pads", new long[] {1, 1, 1, 1}))
            .real("w", normal(3, 3, 3, 3)),
        GradientCase.of("scaled by means", normal(2, 3, 4, 4))
            .node("GlobalAveragePool", "x", "p")
            .node("ReduceMax", "x", "m", Attributes.with("keepdims", 0))
            .node("Mul", "x p", "t")
            .node("Div", "t m"));
  }
}
