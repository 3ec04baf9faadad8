package dev.limelight.onnx.adjoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.UpgradedModels;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuidedGradientTest extends GradientTestBase {

  private static final Values X = new Values(new long[] {1, 1, 2, 2}, new double[] {-1, 2, 3, 4});

  private static final Values SEED =
      new Values(new long[] {1, 1, 2, 2}, new double[] {1, -2, 3, 4});

  @ParameterizedTest
  @MethodSource("rectifiers")
  void passesOnlyPositiveGradients(GradientCase given) throws OrtException {
    ModelProto model = UpgradedModels.of(given.model(DataType.FLOAT, true));
    assertThat(GradientCheck.run(GradientCheck.adjoint(model, Kind.GUIDED), X, SEED))
        .containsExactly(0, 0, 3, 4);
    GraphBuilder graph = new GraphBuilder(model, TypeInference.of(model));
    Adjoint adjoint = new Adjoint(graph, Kind.GUIDED);
    adjoint.gradients(Map.of("y", "seed"), List.of("x"));
    assertThat(adjoint.changed()).containsExactly(given + " (node 'node_0')");
  }

  static Stream<GradientCase> rectifiers() {
    Attributes rectified = Attributes.none().and("activation", "Relu");
    return Stream.of(
        GradientCase.of("Relu", X, Attributes.none()),
        GradientCase.of("Clip", X).node("Clip", "x z").real("z", Values.scalar(0)),
        GradientCase.of("FusedConv", X)
            .node("com.microsoft::FusedConv", "x w", rectified)
            .real("w", new Values(new long[] {1, 1, 1, 1}, new double[] {1})));
  }
}
