package dev.limelight.onnx.adjoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Quantisation has no gradient by differences: it is compared with that of the clipping alone. */
class QuantisationGradientTest extends GradientTestBase {

  private static final Values X =
      new Values(new long[] {2, 3}, new double[] {-3, -0.1, 0.4, 1.9, 0.7, -20});

  private static final Values SEED = new Values(new long[] {2, 3}, new double[] {1, 2, 3, 4, 5, 6});

  @Test
  void passesStraightThroughWithinTheRange() throws OrtException {
    GradientCase given =
        GradientCase.of("per tensor", X)
            .node("QuantizeLinear", "x s z", "q")
            .node("DequantizeLinear", "q s z")
            .real("s", Values.scalar(0.01))
            .constant("z", zeroPoint(DataType.UINT8, 128));
    // It represents -1.28 to 1.27.
    assertThat(gradient(given)).containsExactly(0, 2, 3, 0, 5, 0);
  }

  @Test
  void takesTheScaleOfEachChannel() throws OrtException {
    GradientCase given =
        GradientCase.of("per axis", X)
            .node("QuantizeLinear", "x s z", "q", Attributes.with("axis", -1))
            .node("DequantizeLinear", "q t z", Attributes.with("axis", -1))
            .real("s", Values.of(0.01, 0.02, 0.5))
            .real("t", Values.of(0.02, 0.02, 0.25))
            .constant("z", zeroPoint(DataType.INT8, 0, 0, 0));
    // It represents up to 1.28, 2.56 and 64.
    assertThat(gradient(given)).containsExactly(0, 2, 1.5, 0, 5, 3);
  }

  @Test
  void actsAsReluWhereZeroIsTheLowest() throws OrtException {
    GradientCase given =
        GradientCase.of("without zero point", X)
            .node("QuantizeLinear", "x s", "q")
            .node("DequantizeLinear", "q s")
            .real("s", Values.scalar(0.01));
    assertThat(gradient(given)).containsExactly(0, 0, 3, 4, 5, 0);
  }

  private static double[] gradient(GradientCase given) throws OrtException {
    double[] got =
        GradientCheck.gradient(given.model(DataType.FLOAT, true), given.x(), SEED).get(1).values();
    return Arrays.stream(got).map(value -> Math.round(value * 1e4) / 1e4).toArray();
  }

  private static TensorProto zeroPoint(DataType type, int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    return values.length == 1 ? tensor.build() : tensor.addDims(values.length).build();
  }
}
