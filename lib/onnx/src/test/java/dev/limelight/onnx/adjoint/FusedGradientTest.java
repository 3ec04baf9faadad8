package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FusedGradientTest extends GradientTestBase {

  private static final String MICROSOFT = GradientCase.MICROSOFT + "::";

  @ParameterizedTest
  @MethodSource({"convolutions", "products", "activations", "normalisations"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given.tolerance(2e-3));
  }

  static Stream<GradientCase> convolutions() {
    List<GradientCase> cases = new ArrayList<>();
    for (String activation :
        List.of("Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "Clip")) {
      Attributes attributes =
          Attributes.with("strides", new long[] {2, 1}).and("activation", activation);
      attributes =
          switch (activation) {
            case "LeakyRelu" -> attributes.and(parameters(0.2f), "activation_params");
            case "Clip", "HardSigmoid" ->
                attributes.and(parameters(0.3f, 0.7f), "activation_params");
            default -> attributes;
          };
      cases.add(
          GradientCase.of("FusedConv " + activation, normal(2, 2, 5, 4))
              .node(MICROSOFT + "FusedConv", "x w b", attributes)
              .real("w", normal(3, 2, 3, 3).times(0.3))
              .real("b", normal(3))
              .step(0.0005));
    }
    cases.add(
        GradientCase.of("FusedConv of a sum", normal(2, 2, 5, 4))
            .node(
                MICROSOFT + "FusedConv",
                "c w b x",
                Attributes.none().and("activation", "Relu").and("pads", new long[] {1, 1, 1, 1}))
            .real("c", normal(2, 2, 5, 4))
            .real("w", normal(2, 2, 3, 3))
            .real("b", normal(2))
            .step(0.0005));
    return cases.stream();
  }

  private static NodeProto parameters(float... values) {
    AttributeProto.Builder list =
        AttributeProto.newBuilder().setName("activation_params").setType(AttributeType.FLOATS);
    for (float value : values) {
      list.addFloats(value);
    }
    return NodeProto.newBuilder().addAttribute(list).build();
  }

  static Stream<GradientCase> products() {
    List<GradientCase> cases = new ArrayList<>();
    for (int transposed = 0; transposed < 4; transposed++) {
      int ta = transposed / 2;
      int tb = transposed % 2;
      Attributes attributes = Attributes.with("transA", ta).and("transB", tb).and("alpha", 0.7);
      long[] a = ta == 1 ? new long[] {2, 4, 3} : new long[] {2, 3, 4};
      long[] b = tb == 1 ? new long[] {5, 4} : new long[] {4, 5};
      cases.add(
          GradientCase.of("FusedMatMul A " + ta + tb, normal(a))
              .node(MICROSOFT + "FusedMatMul", "x b", attributes)
              .real("b", normal(b))
              .linear());
      cases.add(
          GradientCase.of("FusedMatMul B " + ta + tb, normal(b))
              .node(MICROSOFT + "FusedMatMul", "a x", attributes)
              .real("a", normal(a))
              .linear());
    }
    cases.add(
        GradientCase.of("FusedGemm", normal(3, 4))
            .node(
                MICROSOFT + "FusedGemm",
                "x b c",
                Attributes.none().and("activation", "LeakyRelu").and("activation_alpha", 0.3))
            .real("b", normal(4, 5))
            .real("c", normal(5))
            .step(0.0005));
    return cases.stream();
  }

  static Stream<GradientCase> activations() {
    return Stream.of(
        GradientCase.of(MICROSOFT + "Gelu", normal(2, 9), Attributes.none()),
        GradientCase.of(MICROSOFT + "QuickGelu", normal(2, 9), Attributes.none()),
        GradientCase.of(MICROSOFT + "FastGelu", normal(2, 9), Attributes.none()),
        GradientCase.of("FastGelu with a bias", normal(2, 9))
            .node(MICROSOFT + "FastGelu", "x b")
            .real("b", normal(9)),
        GradientCase.of("BiasGelu", normal(2, 9))
            .node(MICROSOFT + "BiasGelu", "x b")
            .real("b", normal(9)),
        GradientCase.of("BiasGelu bias", normal(9))
            .node(MICROSOFT + "BiasGelu", "c x")
            .real("c", normal(2, 9)));
  }

  static Stream<GradientCase> normalisations() {
    Attributes epsilon = Attributes.none().and("epsilon", 1e-5);
    return Stream.of(
        GradientCase.of("SkipLayerNormalization", normal(2, 3, 8))
            .node(MICROSOFT + "SkipLayerNormalization", "x k s b", epsilon)
            .real("k", normal(2, 3, 8))
            .real("s", normal(8))
            .real("b", normal(8)),
        GradientCase.of("SkipLayerNormalization with its sum", normal(2, 3, 8))
            .node(MICROSOFT + "SkipLayerNormalization", "k x s b c", "t - - u", epsilon)
            .node("Mul", "t u")
            .real("k", normal(2, 3, 8))
            .real("s", normal(8))
            .real("b", normal(8))
            .real("c", normal(8)),
        GradientCase.of("SkipSimplifiedLayerNormalization", normal(2, 3, 8))
            .node(MICROSOFT + "SkipSimplifiedLayerNormalization", "x k s", epsilon)
            .real("k", normal(2, 3, 8))
            .real("s", normal(8)),
        GradientCase.of("SimplifiedLayerNormalization", normal(2, 3, 8))
            .node("SimplifiedLayerNormalization", "x s", epsilon)
            .real("s", normal(8)));
  }
}
