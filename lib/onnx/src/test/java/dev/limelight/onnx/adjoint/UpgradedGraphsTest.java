package dev.limelight.onnx.adjoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.UpgradedModels;
import org.junit.jupiter.api.Test;

/** Files of old operator sets, whose gradient tests are with the operators. */
class UpgradedGraphsTest extends GradientTestBase {

  @Test
  void upgradesBranches() throws OrtException {
    NodeProto squeeze =
        NodeProto.newBuilder()
            .setOpType("Squeeze")
            .addInput("x")
            .addOutput("s")
            .addAttribute(Attributes.with("axes", new long[] {1}).all().get(0))
            .build();
    NodeProto.Builder branches = NodeProto.newBuilder();
    for (String name : new String[] {"then_branch", "else_branch"}) {
      branches.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeType.GRAPH)
              .setG(
                  GraphProto.newBuilder()
                      .setName(name)
                      .addNode(squeeze)
                      .addOutput(ValueInfoProto.newBuilder().setName("s"))));
    }
    GradientCase given =
        GradientCase.of("If", Values.normal(2, 1, 3))
            .node("Size", "x", "size")
            .node("Cast", "size", "any", Attributes.with("to", DataType.BOOL.getNumber()))
            .node(
                "If", "any", Attributes.none().and(branches.build(), "then_branch", "else_branch"))
            .opset(11);
    ModelProto model = given.model(DataType.FLOAT, true);
    Values before = GradientCheck.output(model, given.x());
    Values after = GradientCheck.output(UpgradedModels.of(model), given.x());
    assertThat(after.shape()).isEqualTo(before.shape()).containsExactly(2, 3);
    assertThat(after.values()).isEqualTo(before.values());
  }

  @Test
  void keepsTheHardmaxOfRows() throws OrtException {
    GradientCase given =
        GradientCase.of("Hardmax", Values.normal(2, 3, 4), Attributes.none()).opset(11);
    ModelProto model = given.model(DataType.FLOAT, true);
    assertThat(GradientCheck.output(UpgradedModels.of(model), given.x()).values())
        .isEqualTo(GradientCheck.output(model, given.x()).values());
  }

  private static void assertKept(GradientCase given) throws OrtException {
    ModelProto model = given.model(DataType.FLOAT, true);
    Values before = GradientCheck.output(model, given.x());
    Values after = GradientCheck.output(UpgradedModels.of(model), given.x());
    assertThat(after.shape()).isEqualTo(before.shape());
    assertThat(after.values()).isEqualTo(before.values());
  }

  @Test
  void keepsThePixelsOfTheFirstResize() throws OrtException {
    double[][] scales = {{0.6, 0.75}, {0.5, 1}, {0.3, 0.3}, {2, 1.5}, {1, 2.7}};
    for (double[] each : scales) {
      assertKept(
          GradientCase.of("Resize", Values.normal(1, 2, 11, 13))
              .node("Resize", "x s", Attributes.none().and("mode", "nearest"))
              .single("s", 1, 1, each[0], each[1])
              .opset(10));
    }
  }

  @Test
  void keepsThePlacesOfTheFirstRoiAlign() throws OrtException {
    assertKept(
        GradientCase.of("RoiAlign", Values.normal(1, 2, 9, 9))
            .node(
                "RoiAlign",
                "x rois batch",
                Attributes.with("output_height", 3).and("output_width", 3))
            .constant(
                "rois", TensorValues.real(DataType.FLOAT, new long[] {1, 4}, 0.5, 1, 6.3, 7.2))
            .whole("batch", 0)
            .opset(13));
  }
}
