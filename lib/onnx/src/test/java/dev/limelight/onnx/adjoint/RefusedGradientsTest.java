package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;
import static dev.limelight.onnx.adjoint.Values.positive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.limelight.onnx.UpgradedModels;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.support.UnsupportedException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefusedGradientsTest extends GradientTestBase {

  @Test
  void namesAnOperatorWithoutRule() {
    GradientCase given =
        GradientCase.of("LSTM", normal(2, 3, 4))
            .node("LSTM", "x w r", "y", Attributes.with("hidden_size", 2))
            .real("w", normal(1, 8, 4))
            .real("r", normal(1, 8, 2));
    assertRefuses(given, "LSTM (node 'node_0')", "no gradient rule");
  }

  @Test
  void refusesWeightsThatAreComputed() {
    GradientCase given =
        GradientCase.of("Conv", normal(3, 2, 3, 3))
            .node("Conv", "c x")
            .real("c", normal(1, 2, 5, 5));
    assertRefuses(given, "Conv (node 'node_0')", "its weights are computed from the picture");
  }

  @Test
  void saysWhereThePathEnds() {
    GradientCase given =
        GradientCase.of("ArgMax", normal(2, 3))
            .node("Exp", "x", "e")
            .node("ArgMax", "e", "a")
            .node("Cast", "a", Attributes.with("to", DataType.FLOAT.getNumber()));
    assertRefuses(given, "the path ends at ArgMax (node 'node_1')");
  }

  @Test
  void refusesFurtherOutputsThatAreUsed() {
    GradientCase given =
        GradientCase.of("LayerNormalization", normal(2, 3, 4))
            .node("LayerNormalization", "x s", "n m")
            .node("Add", "n m")
            .real("s", normal(4));
    assertRefuses(given, "LayerNormalization (node 'node_0')", "its output 1 is used");
  }

  @Test
  void refusesAnUnknownNumberOfDimensions() {
    GradientCase given =
        GradientCase.of("MatMul", normal(2, 3))
            .node("Shape", "x", "all")
            .node("Greater", "all zero", "long")
            .node("Compress", "all long", "some")
            .node("Reshape", "x some", "t")
            .node("MatMul", "t w")
            .whole("zero", 0)
            .real("w", normal(3, 4));
    assertRefuses(given, "the number of dimensions of the tensor 't' is unknown");
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void refusesInputsWithoutGradient(GradientCase given) {
    assertRefuses(given, "computed from the picture");
  }

  /** Graphs in which x is an input whose gradient no rule computes. */
  static Stream<GradientCase> inputs() {
    return Stream.of(
        GradientCase.of("bound of Clip", positive(1))
            .node("Squeeze", "x", "b")
            .node("Clip", "c b")
            .real("c", normal(2, 3)),
        GradientCase.of("scale of batches", positive(3))
            .node("BatchNormalization", "c x b b x")
            .real("c", normal(2, 3, 2, 2))
            .real("b", normal(3)),
        GradientCase.of("scale of instances", positive(3))
            .node("InstanceNormalization", "c x b")
            .real("c", normal(2, 3, 2, 2))
            .real("b", normal(3)),
        GradientCase.of("value of Pad", positive(1))
            .node("Squeeze", "x", "v")
            .node("Pad", "c p v")
            .real("c", normal(2, 3))
            .whole("p", 0, 1, 0, 1),
        GradientCase.of("scale of quantisation", positive(1))
            .node("Squeeze", "x", "s")
            .node("QuantizeLinear", "c s", "q")
            .node("DequantizeLinear", "q s")
            .real("c", normal(2, 3)));
  }

  @ParameterizedTest
  @MethodSource("attributes")
  void refusesAttributesWithoutGradient(GradientCase given) {
    assertRefuses(given, "node 'node_0'");
  }

  static Stream<GradientCase> attributes() {
    return Stream.of(
        GradientCase.of("Mod", normal(2, 3))
            .node("Mod", "x c", Attributes.with("fmod", 1))
            .real("c", Values.scalar(2)),
        GradientCase.of("MaxPool", normal(1, 1, 4, 4))
            .node(
                "MaxPool",
                "x",
                Attributes.with("kernel_shape", new long[] {2, 2}).and("storage_order", 1)),
        GradientCase.of("Einsum of a diagonal", normal(3, 3))
            .node("Einsum", "x", Attributes.none().and("equation", "ii->i")),
        GradientCase.of("Resize that keeps the aspect ratio", normal(1, 1, 4, 4))
            .node(
                "Resize",
                "x - - s",
                Attributes.none().and("keep_aspect_ratio_policy", "not_larger"))
            .whole("s", 1, 1, 6, 8),
        GradientCase.of("ScatterND by products", normal(3, 4))
            .node("ScatterND", "x i u", Attributes.none().and("reduction", "mul"))
            .whole("i", new long[] {1, 1}, 2)
            .real("u", normal(1, 4)));
  }

  private static void assertRefuses(GradientCase given, String... reasons) {
    assertThatThrownBy(
            () ->
                GradientCheck.adjoint(
                    UpgradedModels.of(given.model(DataType.FLOAT, true)), Kind.EXACT))
        .isInstanceOfSatisfying(
            UnsupportedException.class, e -> assertThat(e.isNoGradient()).isTrue())
        .hasMessageContainingAll(reasons);
  }
}
