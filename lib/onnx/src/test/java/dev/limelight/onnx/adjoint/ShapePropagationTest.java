package dev.limelight.onnx.adjoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapePropagationTest extends GradientTestBase {

  private static final Dimension BATCH = new Dimension(-1, "d0");

  /** As PyTorch's older exporter writes x.view(x.shape[0], -1, 4). */
  private static GradientCase viewed() {
    return GradientCase.of("view", Values.normal(2, 3, 4))
        .whole("first", new long[0], 0)
        .whole("zero", 0)
        .whole("rest", -1)
        .whole("four", 4)
        .node("Shape", "x", "shape")
        .node("Gather", "shape first", "batch")
        .node("Unsqueeze", "batch zero", "batches")
        .node("Concat", "batches rest four", "target", Attributes.with("axis", 0))
        .node("Reshape", "x target", "view");
  }

  private static List<Dimension> y(GradientCase given) throws OrtException {
    return TypeInference.of(given.model(DataType.FLOAT, true)).get("y").dimensions();
  }

  @Test
  void aReshapeKeepsTheNameOfTheBatch() throws OrtException {
    GradientCase given = viewed().node("Relu", "view", "y");
    assertThat(y(given).get(0)).isEqualTo(BATCH);
    assertThat(y(given).get(2)).isEqualTo(new Dimension(4, ""));
  }

  @Test
  void theRestIsAQuotient() throws OrtException {
    GradientCase given =
        GradientCase.of("rest", Values.normal(2, 3))
            .whole("target", 0, -1, 1)
            .node("Reshape", "x target");
    assertThat(y(given)).containsExactly(BATCH, new Dimension(-1, "d1"), new Dimension(1, ""));
  }

  /** Both keep their length, but nothing says that it is the same. */
  @Test
  void twoOpenDimensionsThatAreCombinedGetANewName() throws OrtException {
    GradientCase given =
        GradientCase.of("sum", Values.normal(2, 2))
            .node("Transpose", "x", "turned", Attributes.with("perm", new long[] {1, 0}))
            .node("Add", "x turned");
    assertThat(y(given)).noneMatch(BATCH::isSame).noneMatch(each -> each.symbol().isEmpty());
  }

  /** Without the name of the batch it would have to find out when it runs. */
  @Test
  void aResidualAroundAReshapeIsNotTakenForABroadcast() throws OrtException {
    GradientCase given =
        viewed()
            .real("weight", Values.normal(4, 4))
            .node("MatMul", "view weight", "branch")
            .node("Add", "view branch");
    ModelProto model = given.model(DataType.FLOAT, true);
    assertThat(GradientCheck.adjoint(model, Kind.EXACT).getGraph().getNodeList())
        .extracting(NodeProto::getOpType)
        .contains("MatMul")
        .doesNotContain("NonZero");
    GradientCheck.check(given);
  }
}
