package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionGradientTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource({"plain", "strided", "grouped", "automatic", "ofOtherRank", "transposed", "bias"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> plain() {
    return Stream.of(
        conv("3x3", pads(1, 1, 1, 1), shape(2, 3, 6, 5), 4, 3, 3, 3),
        conv("1x1", pads(0, 0, 0, 0), shape(2, 3, 4, 5), 4, 3, 1, 1),
        conv(
            "dilated",
            pads(2, 2, 2, 2).and("dilations", shape(2, 2)),
            shape(1, 2, 9, 8),
            3,
            2,
            3,
            3),
        conv("padded beyond the kernel", pads(3, 3, 3, 3), shape(1, 2, 4, 4), 3, 2, 2, 2),
        conv("uneven padding", pads(2, 0, 1, 2), shape(1, 2, 5, 6), 3, 2, 4, 3));
  }

  static Stream<GradientCase> strided() {
    return Stream.of(
        conv("1x1", strides(2, 2), shape(1, 3, 5, 6), 4, 3, 1, 1),
        conv("3x3", strides(2, 2).and("pads", shape(1, 1, 1, 1)), shape(3, 2, 7, 6), 3, 2, 3, 3),
        conv("uneven", strides(3, 2).and("pads", shape(0, 1, 2, 0)), shape(1, 2, 9, 8), 3, 2, 3, 2),
        conv(
            "dilated",
            strides(2, 3).and("pads", shape(2, 1, 2, 0)).and("dilations", shape(2, 1)),
            shape(1, 2, 9, 8),
            3,
            2,
            3,
            3));
  }

  static Stream<GradientCase> grouped() {
    Attributes padded = pads(1, 1, 1, 1);
    return Stream.of(
        conv("2 groups", padded.and("group", 2), shape(1, 4, 5, 5), 6, 2, 3, 3),
        conv(
            "2 groups, strided",
            padded.and("group", 2).and("strides", shape(2, 2)),
            shape(1, 4, 5, 5),
            6,
            2,
            3,
            3),
        conv("depthwise", padded.and("group", 4), shape(1, 4, 5, 5), 4, 1, 3, 3),
        conv("depthwise, doubled", padded.and("group", 3), shape(1, 3, 5, 5), 6, 1, 3, 3),
        conv(
            "depthwise, strided",
            padded.and("group", 3).and("strides", shape(2, 2)),
            shape(1, 3, 6, 5),
            3,
            1,
            3,
            3));
  }

  static Stream<GradientCase> automatic() {
    Attributes upper = Attributes.none().and("auto_pad", "SAME_UPPER");
    Attributes lower = Attributes.none().and("auto_pad", "SAME_LOWER");
    Attributes valid = Attributes.none().and("auto_pad", "VALID");
    return Stream.of(
        conv("SAME_UPPER", upper, shape(1, 2, 5, 6), 3, 2, 4, 3),
        conv("SAME_LOWER", lower, shape(1, 2, 5, 6), 3, 2, 4, 3),
        conv(
            "SAME_UPPER, strided",
            upper.and("strides", shape(2, 2)),
            shape(1, 2, 7, 6),
            3,
            2,
            3,
            3),
        conv(
            "SAME_LOWER, strided",
            lower.and("strides", shape(2, 2)),
            shape(1, 2, 7, 6),
            3,
            2,
            3,
            4),
        conv(
            "SAME, stride beyond the kernel",
            upper.and("strides", shape(3, 3)),
            shape(1, 2, 7, 9),
            3,
            2,
            2,
            2),
        conv("VALID", valid.and("strides", shape(2, 2)), shape(1, 2, 7, 6), 3, 2, 3, 3));
  }

  static Stream<GradientCase> ofOtherRank() {
    long[] ones = {1, 1, 1, 1, 1, 1};
    return Stream.of(
        conv("1-D", strides(2).and("pads", shape(1, 1)), shape(2, 3, 9), 4, 3, 3),
        conv("3-D", Attributes.with("pads", ones), shape(1, 2, 4, 5, 4), 3, 2, 3, 3, 3),
        conv(
            "3-D, strided",
            strides(2, 2, 2).and("pads", ones),
            shape(1, 2, 4, 5, 4),
            3,
            2,
            3,
            3,
            3));
  }

  static Stream<GradientCase> transposed() {
    return Stream.of(
        turned(
            "SAME_UPPER",
            strides(2, 2).and("auto_pad", "SAME_UPPER"),
            shape(1, 3, 4, 5),
            3,
            2,
            3,
            4),
        turned(
            "SAME_LOWER",
            strides(2, 1).and("auto_pad", "SAME_LOWER"),
            shape(1, 3, 4, 5),
            3,
            2,
            3,
            4),
        turned(
            "padded output",
            strides(2, 2).and("pads", shape(1, 1, 1, 1)).and("output_padding", shape(1, 1)),
            shape(1, 3, 4, 4),
            3,
            2,
            3,
            3),
        turned("2x2", strides(2, 2), shape(3, 3, 3, 4), 3, 2, 2, 2),
        turned(
            "groups",
            Attributes.with("group", 2).and("dilations", shape(2, 1)),
            shape(1, 4, 4, 4),
            4,
            2,
            3,
            3),
        turned(
            "uneven", strides(2, 1).and("pads", shape(1, 0, 2, 1)), shape(1, 2, 4, 5), 2, 3, 4, 3),
        turned(
                "of a size",
                strides(2, 2).and("output_shape", shape(8, 9)),
                shape(1, 2, 4, 5),
                2,
                3,
                3,
                4)
            .fixed(),
        turned(
                "of a size, SAME_UPPER",
                strides(2, 2).and("output_shape", shape(8, 9)).and("auto_pad", "SAME_UPPER"),
                shape(1, 2, 4, 5),
                2,
                3,
                3,
                4)
            .fixed(),
        turned("1-D", strides(3), shape(1, 2, 5), 2, 3, 4));
  }

  static Stream<GradientCase> bias() {
    return Stream.of(
        GradientCase.of("Conv bias", normal(3))
            .node("Conv", "c w x", strides(2, 1))
            .real("c", normal(2, 2, 5, 4))
            .real("w", normal(3, 2, 2, 3)),
        GradientCase.of("ConvTranspose bias", normal(3))
            .node("ConvTranspose", "c w x", strides(2, 1))
            .real("c", normal(2, 2, 3, 4))
            .real("w", normal(2, 3, 2, 3)),
        GradientCase.of("Squeeze and excite", normal(2, 3, 4, 4))
            .node("GlobalAveragePool", "x", "g")
            .node("Conv", "g w", "h")
            .node("Sigmoid", "h", "s")
            .node("Mul", "x s")
            .real("w", normal(3, 3, 1, 1)));
  }

  private static GradientCase conv(String label, Attributes attributes, long[] x, long... weights) {
    return GradientCase.of("Conv " + label + " " + Arrays.toString(x), normal(x))
        .node("Conv", "x w b", attributes)
        .real("w", normal(weights))
        .real("b", normal(weights[0]))
        .linear();
  }

  private static GradientCase turned(
      String label, Attributes attributes, long[] x, long... weights) {
    return GradientCase.of("ConvTranspose " + label, normal(x))
        .node("ConvTranspose", "x w", attributes)
        .real("w", normal(weights))
        .linear();
  }

  private static Attributes pads(long... pads) {
    return Attributes.with("pads", pads);
  }

  private static Attributes strides(long... strides) {
    return Attributes.with("strides", strides);
  }

  private static long[] shape(long... lengths) {
    return lengths;
  }
}
