package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.distinct;
import static dev.limelight.onnx.adjoint.Values.normal;
import static dev.limelight.onnx.adjoint.Values.positive;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArithmeticGradientTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource({"ofTwo", "powers", "ofSeveral"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> ofTwo() {
    long[][][] shapes = {
      {{2, 3, 4}, {2, 3, 4}},
      {{2, 3, 4}, {4}},
      {{4}, {2, 3, 4}},
      {{2, 1, 4}, {3, 1}},
      {{2, 3}, {}},
      {{1}, {2, 3}},
      {{}, {2, 3}}
    };
    List<GradientCase> cases = new ArrayList<>();
    for (String operator : List.of("Add", "Sub", "Mul", "Div")) {
      for (long[][] shape : shapes) {
        String label = operator + " " + List.of(shape[0].length, shape[1].length);
        cases.add(
            GradientCase.of(label + " left", positive(shape[0]))
                .node(operator, "x c")
                .real("c", positive(shape[1])));
        cases.add(
            GradientCase.of(label + " right", positive(shape[0]))
                .node(operator, "c x")
                .real("c", positive(shape[1])));
      }
    }
    cases.add(GradientCase.of("Mul square", normal(2, 3)).node("Mul", "x x"));
    cases.add(GradientCase.of("Add double", normal(2, 3)).node("Add", "x x"));
    cases.add(
        GradientCase.of("Sub nothing", normal(2, 3)).node("Sub", "x x", "t").node("Add", "t x"));
    cases.add(
        GradientCase.of("Mul by its mean", positive(2, 3, 4))
            .node("ReduceMean", "x a", "m", Attributes.with("keepdims", 1))
            .node("Mul", "x m")
            .whole("a", -1));
    return cases.stream();
  }

  static Stream<GradientCase> powers() {
    List<GradientCase> cases = new ArrayList<>();
    for (double power : new double[] {2, 3, 1, 0.5, -1, 1.7}) {
      cases.add(
          GradientCase.of("Pow " + power, positive(2, 5))
              .node("Pow", "x c")
              .real("c", Values.scalar(power)));
    }
    cases.add(
        GradientCase.of("Pow 2 of negative", normal(2, 5))
            .node("Pow", "x c")
            .real("c", Values.scalar(2)));
    cases.add(
        GradientCase.of("Pow 0 besides", normal(2, 5))
            .node("Pow", "x c", "t")
            .node("Add", "t x")
            .real("c", Values.scalar(0)));
    cases.add(
        GradientCase.of("Pow whole", positive(2, 5)).node("Pow", "x c").whole("c", new long[0], 3));
    cases.add(
        GradientCase.of("Pow tensor", positive(2, 5)).node("Pow", "x c").real("c", normal(5)));
    cases.add(
        GradientCase.of("Pow of zero", new Values(new long[] {1, 3}, new double[] {0, 1, 2}))
            .node("Pow", "x c", "t")
            .node("Add", "t x")
            .real("c", Values.of(0, 2, 3)));
    cases.add(
        GradientCase.of("Pow exponent", normal(2, 5)).node("Pow", "c x").real("c", positive(5)));
    return cases.stream();
  }

  static Stream<GradientCase> ofSeveral() {
    byte[] bits = new byte[30];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) (i * 7 % 3 % 2);
    }
    TensorProto condition =
        TensorProto.newBuilder()
            .setDataType(DataType.BOOL.getNumber())
            .addAllDims(List.of(3L, 2L, 5L))
            .setRawData(ByteString.copyFrom(bits))
            .build();
    return Stream.of(
        GradientCase.of("Max", distinct(2, 5))
            .node("Max", "x c d")
            .real("c", Values.of(-0.3, 0.4, 0.1, -0.6, 1))
            .real("d", Values.scalar(0.2)),
        GradientCase.of("Max of one", distinct(2, 5)).node("Max", "x"),
        GradientCase.of("Min", distinct(2, 5)).node("Min", "c x").real("c", distinct(3, 2, 5)),
        GradientCase.of("Sum", normal(2, 5)).node("Sum", "c x x").real("c", normal(3, 2, 5)),
        GradientCase.of("Mean", normal(2, 5))
            .node("Mean", "c x x")
            .real("c", normal(3, 2, 5))
            .linear(),
        GradientCase.of("Where", normal(2, 5))
            .node("Where", "c x d")
            .constant("c", condition)
            .real("d", normal(5)),
        GradientCase.of("Where otherwise", normal(5))
            .node("Where", "c d x")
            .constant("c", condition)
            .real("d", normal(2, 5)));
  }
}
