package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionGradientTest extends GradientTestBase {

  private static final String MICROSOFT = GradientCase.MICROSOFT + "::";

  @ParameterizedTest
  @MethodSource({"ofOnnx", "ofMicrosoft"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given.tolerance(2e-3));
  }

  static Stream<GradientCase> ofOnnx() {
    Attributes heads = Attributes.with("q_num_heads", 2).and("kv_num_heads", 2);
    TensorProto mask =
        TensorProto.newBuilder()
            .setDataType(DataType.BOOL.getNumber())
            .addAllDims(List.of(3L, 4L))
            .setRawData(ByteString.copyFrom(new byte[] {1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1}))
            .build();
    List<GradientCase> cases = new ArrayList<>();
    String[] places = {"x k v", "q x v", "q k x"};
    for (int i = 0; i < places.length; i++) {
      cases.add(
          GradientCase.of("Attention " + places[i], normal(2, i == 0 ? 3 : 4, 8))
              .node("Attention", places[i], heads)
              .real("q", normal(2, 3, 8))
              .real("k", normal(2, 4, 8))
              .real("v", normal(2, 4, 8))
              .opset(23));
    }
    cases.add(
        GradientCase.of("Attention of four dimensions", normal(1, 2, 3, 4))
            .node("Attention", "x x x m", Attributes.none().and("scale", 0.3))
            .real("m", normal(3, 3))
            .opset(23));
    cases.add(
        GradientCase.of("Attention with a mask of truth values", normal(2, 3, 8))
            .node("Attention", "x k v m", heads)
            .real("k", normal(2, 4, 8))
            .real("v", normal(2, 4, 8))
            .constant("m", mask)
            .opset(23));
    return cases.stream();
  }

  static Stream<GradientCase> ofMicrosoft() {
    Attributes heads = Attributes.with("num_heads", 2);
    return Stream.of(
        GradientCase.of("MultiHeadAttention", normal(2, 3, 8))
            .node(MICROSOFT + "MultiHeadAttention", "x k x", heads)
            .real("k", normal(2, 3, 8)),
        GradientCase.of("MultiHeadAttention with a bias", normal(2, 3, 8))
            .node(MICROSOFT + "MultiHeadAttention", "x k x b", heads.and("scale", 0.3))
            .real("k", normal(2, 3, 8))
            .real("b", normal(24)),
        GradientCase.of("Attention of projections", normal(2, 3, 8))
            .node(MICROSOFT + "Attention", "x w b", heads)
            .real("w", normal(8, 24).times(0.3))
            .real("b", normal(24)));
  }
}
