package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoiAlignGradientTest extends GradientTestBase {

  /** Inside, beyond all edges, of less than a pixel, a point, turned, and outside. */
  private static final double[] BOXES = {
    1, 2, 6.3, 5.2, -4, -3, 20, 14, 2, 2, 2.3, 2.2, 3, 3, 3, 3, 5, 4, 2, 1, -30, 0, -20, 5
  };

  private static final long[] PICTURES = {0, 1, 1, 0, 1, 0};

  @BeforeTry
  void startNumbersOfTryAnew() {
    Values.restart();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> cases() {
    return Stream.of("avg", "max")
        .flatMap(
            mode ->
                Stream.of("half_pixel", "output_half_pixel")
                    .flatMap(how -> Stream.of(0, 1, 2).map(ratio -> given(mode, how, ratio))));
  }

  private static GradientCase given(String mode, String how, long ratio) {
    return GradientCase.of("RoiAlign " + mode + " " + how + " " + ratio, normal(2, 2, 5, 6))
        .node("RoiAlign", "x r b", attributes(mode, how, 3, 2, ratio, 0.75))
        .real("r", new Values(new long[] {PICTURES.length, 4}, BOXES))
        .whole("b", PICTURES);
  }

  private static Attributes attributes(
      String mode, String how, long height, long width, long ratio, double scale) {
    return Attributes.none()
        .and("mode", mode)
        .and("coordinate_transformation_mode", how)
        .and("output_height", height)
        .and("output_width", width)
        .and("sampling_ratio", ratio)
        .and("spatial_scale", scale);
  }

  /** A box and the picture that it is in, of two. */
  record Box(double x, double y, double width, double height, long picture) {

    boolean isPositive() {
      return width > 0 && height > 0;
    }

    Stream<Double> corners() {
      return Stream.of(x, y, x + width, y + height);
    }
  }

  @Provide
  Arbitrary<List<Box>> boxes() {
    return Combinators.combine(
            Arbitraries.doubles().between(-6, 20),
            Arbitraries.doubles().between(-6, 20),
            Arbitraries.doubles().between(-2, 30),
            Arbitraries.doubles().between(-2, 30),
            Arbitraries.longs().between(0, 1))
        .as(Box::new)
        .list()
        .ofMaxSize(5);
  }

  @Property(tries = 100)
  void holdsWhateverTheSizes(
      @ForAll("boxes") List<Box> boxes,
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 0, max = 3) int ratio,
      @ForAll boolean half,
      @ForAll boolean maximum)
      throws OrtException {
    // ONNX Runtime refuses a negative number of samples, which follows from such a box.
    Assume.that(!half || ratio > 0 || boxes.stream().allMatch(Box::isPositive));
    String mode = maximum ? "max" : "avg";
    String how = half ? "half_pixel" : "output_half_pixel";
    double[] corners = boxes.stream().flatMap(Box::corners).mapToDouble(each -> each).toArray();
    GradientCheck.checkLinear(
        GradientCase.of("RoiAlign", normal(2, channels, rows, columns))
            .node("RoiAlign", "x r b", attributes(mode, how, height, width, ratio, 0.5))
            .real("r", new Values(new long[] {boxes.size(), 4}, corners))
            .whole("b", boxes.stream().mapToLong(Box::picture).toArray()));
  }

  @Test
  void givesNoGradientToBoxesThatAreComputed() throws OrtException {
    Values x = normal(1, 1, 5, 6).rounded();
    double mean = Arrays.stream(x.values()).average().orElseThrow();
    double[] box = {1, 1, 4, 3};
    double[] moved = Arrays.stream(box).map(each -> each + mean).toArray();
    long[] shape = {1, 4};
    GradientCase computed =
        GradientCase.of("boxes of the picture", x)
            .node("ReduceMean", "x", "m", Attributes.with("keepdims", 0))
            .node("Add", "m c", "r")
            .node("RoiAlign", "x r b")
            .real("c", new Values(shape, box))
            .whole("b", 0);
    GradientCase constant =
        GradientCase.of("constant boxes", x)
            .node("RoiAlign", "x r b")
            .real("r", new Values(shape, moved))
            .whole("b", 0);
    Values seed = new Values(new long[] {1, 1, 1, 1}, new double[] {1});
    double[] expected = gradient(constant, seed);
    assertThat(expected).hasSize(30).contains(0.0);
    assertThat(Arrays.stream(expected).sum()).isCloseTo(1, within(1e-5));
    assertThat(gradient(computed, seed)).containsExactly(expected, within(1e-5));
  }

  private static double[] gradient(GradientCase given, Values seed) throws OrtException {
    return GradientCheck.gradient(given.model(DataType.FLOAT, false), given.x(), seed)
        .get(1)
        .values();
  }

  @Test
  void refusesOtherPlaces() {
    GradientCase given = given("avg", "corners", 2);
    assertThatThrownBy(() -> GradientCheck.adjoint(given.model(DataType.FLOAT, false), Kind.EXACT))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContainingAll(
            "RoiAlign (node 'node_0')", "it has the coordinate_transformation_mode corners");
  }
}
