package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.distinct;
import static dev.limelight.onnx.adjoint.Values.normal;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IndexingGradientTest extends GradientTestBase {

  private static final long FAR = 1L << 62;

  @ParameterizedTest
  @MethodSource({
    "shapes",
    "joined",
    "depth",
    "slices",
    "gathered",
    "scattered",
    "padded",
    "sampled",
    "others"
  })
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> shapes() {
    return Stream.of(
        GradientCase.of("Reshape", normal(2, 3, 4)).node("Reshape", "x s").whole("s", 0, -1),
        GradientCase.of("Flatten", normal(2, 3, 4), Attributes.none()),
        GradientCase.of("Squeeze and Unsqueeze", normal(2, 1, 4))
            .node("Squeeze", "x a", "t")
            .node("Unsqueeze", "t b")
            .whole("a", 1)
            .whole("b", 0, -1),
        GradientCase.of("Squeeze of set 11", normal(2, 1, 4))
            .node("Squeeze", "x", "t", Attributes.with("axes", new long[] {1}))
            .node("Unsqueeze", "t", Attributes.with("axes", new long[] {0}))
            .opset(11),
        GradientCase.of("Transpose", normal(2, 3, 4))
            .node("Transpose", "x", Attributes.with("perm", new long[] {1, 2, 0})),
        GradientCase.of("Transpose", normal(2, 3, 4), Attributes.none()),
        GradientCase.of("Expand", normal(2, 1, 4)).node("Expand", "x s").whole("s", 3, 2, 5, 4),
        GradientCase.of("Shape computed", normal(2, 3, 4))
            .node("Shape", "x", "s")
            .node("Gather", "s z", "b")
            .node("Unsqueeze", "b a", "u")
            .node("Concat", "u m", "t", Attributes.with("axis", 0))
            .node("Reshape", "x t")
            .whole("z", new long[0], 0)
            .whole("a", 0)
            .whole("m", -1));
  }

  static Stream<GradientCase> sampled() {
    return Stream.of("bilinear", "nearest")
        .flatMap(
            mode ->
                Stream.of("zeros", "border")
                    .flatMap(
                        padding ->
                            LongStream.of(0, 1)
                                .mapToObj(
                                    aligned ->
                                        GradientCase.of(
                                                "GridSample " + mode + " " + padding + aligned,
                                                normal(2, 2, 4, 5))
                                            .node(
                                                "GridSample",
                                                "x g",
                                                Attributes.none()
                                                    .and("mode", mode)
                                                    .and("padding_mode", padding)
                                                    .and("align_corners", aligned))
                                            .real("g", normal(2, 3, 3, 2).times(0.7))
                                            .linear())));
  }

  static Stream<GradientCase> joined() {
    return Stream.of(
        GradientCase.of("Concat", normal(2, 3))
            .node("Concat", "x c x", Attributes.with("axis", 1))
            .real("c", normal(2, 2)),
        GradientCase.of("Concat along the last", normal(2, 3))
            .node("Neg", "x", "t")
            .node("Concat", "x t", Attributes.with("axis", -1)),
        GradientCase.of("Concat of one", normal(2, 3))
            .node("Concat", "x", Attributes.with("axis", 0)),
        GradientCase.of("Split", normal(2, 6))
            .node("Split", "x s", "a b c", Attributes.with("axis", 1))
            .node("Concat", "c a", Attributes.with("axis", -1))
            .whole("s", 1, 2, 3),
        GradientCase.of("Split of set 13", normal(2, 6))
            .node("Split", "x", "a b", Attributes.with("axis", 1))
            .node("Mul", "b a")
            .opset(13),
        GradientCase.of("Split of set 11", normal(2, 6))
            .node("Split", "x", "a b", Attributes.with("axis", 1).and("split", new long[] {2, 4}))
            .node("Exp", "b")
            .opset(11));
  }

  static Stream<GradientCase> depth() {
    Attributes block = Attributes.with("blocksize", 2);
    return Stream.of(
        GradientCase.of("DepthToSpace", normal(3, 8, 2, 3)).node("DepthToSpace", "x", block),
        GradientCase.of("DepthToSpace CRD", normal(1, 8, 2, 3))
            .node("DepthToSpace", "x", block.and("mode", "CRD")),
        GradientCase.of("SpaceToDepth", normal(1, 2, 4, 6)).node("SpaceToDepth", "x", block));
  }

  static Stream<GradientCase> slices() {
    return Stream.of(
        slice("inside", 1, -1, 1),
        slice("of the last axis", -4, FAR, -1),
        slice("beyond the start", -100, 2, 1),
        slice("of nothing", 9, 20, 0),
        GradientCase.of("Slice with steps", normal(5, 6))
            .node("Slice", "x s e a t")
            .whole("s", -1, 0)
            .whole("e", -FAR, 6)
            .whole("a", 0, 1)
            .whole("t", -2, 3),
        GradientCase.of("Slice without axes", normal(5, 6))
            .node("Slice", "x s e")
            .whole("s", 1, 2)
            .whole("e", 3, 6),
        GradientCase.of("Slice of set 9", normal(3, 6))
            .node(
                "Slice",
                "x",
                Attributes.with("starts", new long[] {1, 2})
                    .and("ends", new long[] {3, 100})
                    .and("axes", new long[] {0, 1}))
            .opset(9));
  }

  /** Added to x, lest there be no gradient to compare. */
  private static GradientCase slice(String label, long start, long end, long axis) {
    return GradientCase.of("Slice " + label, normal(3, 6))
        .node("Slice", "x s e a", "t")
        .node("ReduceSum", "t", "u", Attributes.with("keepdims", 1))
        .node("Add", "x u")
        .whole("s", start)
        .whole("e", end)
        .whole("a", axis);
  }

  static Stream<GradientCase> gathered() {
    Attributes second = Attributes.with("axis", 1);
    long[] matrix = {3, 2};
    return Stream.of(
        GradientCase.of("Gather", normal(4, 5))
            .node("Gather", "x i", second)
            .whole("i", new long[] {2, 2}, 0, 2, 2, -1),
        GradientCase.of("Gather of one from the end", normal(4, 5))
            .node("Gather", "x i", second)
            .whole("i", new long[0], -2),
        GradientCase.of("Gather of one", normal(3, 5, 2))
            .node("Gather", "x i", Attributes.with("axis", -2))
            .whole("i", new long[0], 3),
        GradientCase.of("GatherElements", normal(3, 4))
            .node("GatherElements", "x i", second)
            .whole("i", matrix, 0, 0, 3, 1, 2, 2),
        GradientCase.of("GatherND", normal(3, 4))
            .node("GatherND", "x i")
            .whole("i", matrix, 0, 0, 2, 1, 2, 1),
        GradientCase.of("GatherND of a batch", normal(2, 3, 4))
            .node("GatherND", "x i", Attributes.with("batch_dims", 1))
            .whole("i", new long[] {2, 1}, 2, 0));
  }

  static Stream<GradientCase> scattered() {
    Attributes adding = Attributes.none().and("reduction", "add");
    long[] column = {2, 1};
    long[] matrix = {3, 2};
    return Stream.of(
        GradientCase.of("ScatterND", normal(3, 4))
            .node("ScatterND", "x i u")
            .whole("i", column, 0, 2)
            .real("u", normal(2, 4)),
        GradientCase.of("ScatterND updates", normal(2, 4))
            .node("ScatterND", "d i x")
            .whole("i", column, 0, 2)
            .real("d", normal(3, 4)),
        GradientCase.of("ScatterND adding", normal(2, 4))
            .node("ScatterND", "d i x", adding)
            .whole("i", column, 2, 2)
            .real("d", normal(3, 4)),
        GradientCase.of("ScatterElements", normal(3, 4))
            .node("ScatterElements", "x i u", Attributes.with("axis", 1))
            .whole("i", matrix, 0, 2, 3, 1, 2, 0)
            .real("u", normal(3, 2)),
        GradientCase.of("ScatterElements updates, adding", normal(3, 2))
            .node("ScatterElements", "d i x", adding.and("axis", 1))
            .whole("i", matrix, 0, 2, 3, 1, 2, 2)
            .real("d", normal(3, 4)));
  }

  static Stream<GradientCase> padded() {
    return Stream.of(
        GradientCase.of("Pad", normal(2, 3))
            .node("Pad", "x p v")
            .whole("p", 0, 1, 2, 3)
            .real("v", Values.scalar(1.5)),
        GradientCase.of("Pad that cuts", normal(2, 5)).node("Pad", "x p").whole("p", 1, -1, 0, -2),
        GradientCase.of("Pad of an axis", normal(2, 3))
            .node("Pad", "x p - a")
            .whole("p", 1, 2)
            .whole("a", 1),
        GradientCase.of("Pad by reflection", normal(2, 4))
            .node("Pad", "x p", Attributes.none().and("mode", "reflect"))
            .whole("p", 0, 2, 0, 3),
        GradientCase.of("Pad by the edge", normal(3, 4))
            .node("Pad", "x p", Attributes.none().and("mode", "edge"))
            .whole("p", 1, 2, 0, 3),
        GradientCase.of("Pad of set 9", normal(2, 3))
            .node("Pad", "x", Attributes.with("pads", new long[] {0, 1, 2, 3}))
            .opset(9));
  }

  static Stream<GradientCase> others() {
    TensorProto condition =
        TensorProto.newBuilder()
            .setDataType(DataType.BOOL.getNumber())
            .addDims(4)
            .setRawData(ByteString.copyFrom(new byte[] {1, 0, 0, 1}))
            .build();
    return Stream.of(
        GradientCase.of("Tile", normal(2, 3)).node("Tile", "x r").whole("r", 2, 3),
        GradientCase.of("CumSum", normal(2, 5))
            .node("CumSum", "x a", Attributes.with("exclusive", 1))
            .whole("a", new long[0], 1),
        GradientCase.of("CumSum backwards", normal(2, 5))
            .node("CumSum", "x a", Attributes.with("reverse", 1))
            .whole("a", new long[0], 1),
        GradientCase.of("TopK", distinct(2, 6)).node("TopK", "x k", "y i").whole("k", 3),
        GradientCase.of("Trilu", normal(2, 3, 4)).node("Trilu", "x", Attributes.with("upper", 0)),
        GradientCase.of("ReverseSequence", normal(3, 2))
            .node("ReverseSequence", "x l")
            .whole("l", 2, 3),
        GradientCase.of("Compress", normal(2, 4))
            .node("Compress", "x c", Attributes.with("axis", 1))
            .constant("c", condition));
  }
}
