package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.distinct;
import static dev.limelight.onnx.adjoint.Values.normal;
import static dev.limelight.onnx.adjoint.Values.positive;

import ai.onnxruntime.OrtException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingGradientTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource({"maxPool", "maxUnpool", "averagePool", "lpPool", "global", "resize"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> maxPool() {
    return Stream.of(
        max("2x2", window(2, 2).and("strides", of(2, 2)), 2, 3, 6, 6),
        max("3x3", window(3, 3).and("strides", of(2, 2)).and("pads", of(1, 1, 1, 1)), 3, 2, 7, 6),
        max("overlapping", window(5, 5).and("pads", of(2, 2, 2, 2)), 1, 2, 6, 6),
        max("ceil", window(3, 3).and("strides", of(2, 2)).and("ceil_mode", 1), 1, 2, 7, 6),
        max(
            "SAME",
            window(3, 3).and("strides", of(2, 2)).and("auto_pad", "SAME_UPPER"),
            1,
            2,
            7,
            6),
        max("1-D, dilated", window(3).and("dilations", of(2)), 2, 3, 9),
        max("3-D", window(2, 2, 2).and("strides", of(2, 2, 2)), 1, 2, 4, 4, 5));
  }

  static Stream<GradientCase> maxUnpool() {
    Attributes halves = window(2, 2).and("strides", of(2, 2));
    return Stream.of(
        GradientCase.of("MaxUnpool", normal(2, 3, 2, 2))
            .node("MaxPool", "c", "p i", halves)
            .node("MaxUnpool", "x i", halves)
            .real("c", distinct(2, 3, 4, 4))
            .linear());
  }

  private static GradientCase max(String label, Attributes attributes, long... shape) {
    return GradientCase.of("MaxPool " + label, distinct(shape)).node("MaxPool", "x", attributes);
  }

  static Stream<GradientCase> averagePool() {
    Attributes halved = Attributes.with("strides", of(2, 2));
    Attributes threes = halved.and("kernel_shape", of(3, 3));
    return Stream.of(
        average("2x2", halved.and("kernel_shape", of(2, 2)), 2, 3, 6, 6),
        average("3x3 without padding", window(3, 3).and("pads", of(1, 1, 1, 1)), 3, 2, 5, 6),
        average(
            "3x3 with padding",
            threes.and("pads", of(1, 1, 1, 1)).and("count_include_pad", 1),
            1,
            2,
            5,
            6),
        average("ceil", threes.and("ceil_mode", 1), 1, 2, 7, 6),
        average(
            "ceil with padding",
            halved
                .and("kernel_shape", of(3, 2))
                .and("ceil_mode", 1)
                .and("pads", of(1, 0, 1, 1))
                .and("count_include_pad", 1),
            1,
            2,
            6,
            7),
        average("SAME", threes.and("auto_pad", "SAME_UPPER"), 1, 2, 7, 6),
        average("1-D", window(3).and("strides", of(2)), 2, 3, 9),
        average("3-D", window(2, 2, 3).and("strides", of(2, 1, 2)), 1, 2, 4, 4, 5),
        average("of set 11", threes.and("pads", of(1, 0, 1, 1)), 1, 2, 7, 6).opset(11),
        average("dilated", window(2, 2).and("dilations", of(2, 2)), 1, 2, 7, 6));
  }

  private static GradientCase average(String label, Attributes attributes, long... shape) {
    return GradientCase.of("AveragePool " + label, normal(shape))
        .node("AveragePool", "x", attributes)
        .opset(19)
        .linear();
  }

  static Stream<GradientCase> lpPool() {
    return Stream.of(1, 2, 3)
        .map(
            p ->
                GradientCase.of("LpPool " + p, distinct(1, 2, 6, 5))
                    .node(
                        "LpPool",
                        "x",
                        window(3, 2)
                            .and("strides", of(2, 1))
                            .and("p", p)
                            .and("pads", of(1, 0, 1, 0)))
                    .tolerance(2e-3));
  }

  static Stream<GradientCase> global() {
    return Stream.of(
        GradientCase.of("GlobalAveragePool", normal(3, 3, 4, 5), Attributes.none()).linear(),
        GradientCase.of("GlobalMaxPool", distinct(2, 3, 4, 5), Attributes.none()),
        GradientCase.of("GlobalLpPool", positive(2, 3, 4, 5), Attributes.none()).tolerance(2e-3));
  }

  static Stream<GradientCase> resize() {
    Attributes nearest = mode("nearest");
    Attributes linear = mode("linear");
    String how = "coordinate_transformation_mode";
    return Stream.of(
        scaled(
            "nearest",
            nearest.and(how, "asymmetric").and("nearest_mode", "floor"),
            of(1, 2, 3, 4),
            2,
            2),
        scaled("nearest 2.5", nearest, of(1, 2, 3, 4), 2.5, 1.5),
        scaled("linear", linear, of(3, 2, 3, 4), 2, 2),
        scaled("cubic", mode("cubic"), of(1, 1, 5, 4), 2, 1.5),
        scaled("1-D", nearest, of(1, 2, 5), 2),
        sized("aligned corners", linear.and(how, "align_corners"), of(1, 2, 3, 4), 7, 5),
        sized("as PyTorch", linear.and(how, "pytorch_half_pixel"), of(1, 2, 6, 4), 3, 5),
        sized("antialias", linear.and("antialias", 1), of(1, 1, 8, 6), 3, 4),
        GradientCase.of("Resize of some axes", normal(1, 2, 3, 4))
            .node("Resize", "x - - s", linear.and("axes", of(3, -2)))
            .whole("s", 6, 5)
            .linear(),
        GradientCase.of("Resize to another tensor", normal(2, 3, 3, 4))
            .node("Shape", "c", "s")
            .node("Resize", "x - - s", nearest)
            .real("c", normal(2, 3, 5, 6))
            .linear(),
        GradientCase.of("Resize with the channels last", normal(2, 3, 4, 2))
            .node("Resize", "x - s", linear)
            .single("s", 1, 2, 1.5, 1)
            .linear(),
        GradientCase.of("Resize of set 11 to sizes", normal(1, 2, 3, 4))
            .node("Resize", "x none none s", linear)
            .single("none")
            .whole("s", 1, 2, 5, 7)
            .opset(11)
            .linear(),
        GradientCase.of("Resize of set 10", normal(1, 2, 3, 4))
            .node("Resize", "x s", nearest)
            .single("s", 1, 1, 2, 2)
            .opset(10)
            .linear(),
        GradientCase.of("Upsample of set 9", normal(1, 2, 3, 4))
            .node("Upsample", "x s", nearest)
            .single("s", 1, 1, 2, 3)
            .opset(9)
            .linear());
  }

  private static Attributes mode(String mode) {
    return Attributes.none().and("mode", mode);
  }

  private static GradientCase scaled(
      String label, Attributes attributes, long[] shape, double... scales) {
    double[] all = new double[shape.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < 2 ? 1 : scales[i - 2];
    }
    return GradientCase.of("Resize " + label, normal(shape))
        .node("Resize", "x - s", attributes)
        .single("s", all)
        .linear();
  }

  private static GradientCase sized(
      String label, Attributes attributes, long[] shape, long rows, long columns) {
    return GradientCase.of("Resize " + label, normal(shape))
        .node("Resize", "x - - s", attributes)
        .whole("s", shape[0], shape[1], rows, columns)
        .linear();
  }

  private static Attributes window(long... kernel) {
    return Attributes.with("kernel_shape", kernel);
  }

  private static long[] of(long... values) {
    return values;
  }
}
