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
}
