package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;

/** Gradients of operators with windows or repeated operands, whatever their shapes. */
class GradientPropertiesTest {

  private static final int TRIES = 60;

  @BeforeTry
  void startNumbersAnew() {
    Values.restart();
  }

  /** One axis of a tensor and of the windows on it. */
  record Axis(long size, long kernel, long stride, long dilation, long before, long after) {

    long reach() {
      return dilation * (kernel - 1) + 1;
    }
  }

  @Provide
  Arbitrary<List<Axis>> axes() {
    return axes(axis -> axis.size() + axis.before() + axis.after() >= axis.reach());
  }

  /** The axes of pooling, each of whose windows must see an element. */
  @Provide
  Arbitrary<List<Axis>> pooled() {
    return axes(
        axis ->
            axis.size() >= axis.reach()
                && axis.before() < axis.kernel()
                && axis.after() < axis.kernel());
  }

  private static Arbitrary<List<Axis>> axes(Predicate<Axis> fits) {
    return Combinators.combine(
            Arbitraries.longs().between(1, 8),
            Arbitraries.longs().between(1, 4),
            Arbitraries.longs().between(1, 3),
            Arbitraries.longs().between(1, 2),
            Arbitraries.longs().between(0, 3),
            Arbitraries.longs().between(0, 3))
        .as(Axis::new)
        .filter(fits)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Property(tries = TRIES)
  void convolution(
      @ForAll("axes") List<Axis> axes,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll @IntRange(min = 1, max = 2) int inputs,
      @ForAll @IntRange(min = 1, max = 2) int outputs,
      @ForAll @IntRange(min = 0, max = 3) int padding)
      throws OrtException {
    long[] x = with(axes, Axis::size, batch, groups * inputs);
    long[] weights = with(axes, Axis::kernel, groups * outputs, inputs);
    GradientCheck.checkLinear(
        GradientCase.of("Conv", normal(x))
            .node("Conv", "x w", padded(axes, padding).and("group", groups))
            .real("w", normal(weights)));
  }

  @Property(tries = TRIES)
  void transposedConvolution(
      @ForAll("pooled") List<Axis> axes,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll boolean longer)
      throws OrtException {
    long[] x = with(axes, Axis::size, batch, groups * 2L);
    long[] weights = with(axes, Axis::kernel, groups * 2L, 3);
    Attributes attributes = padded(axes, 0).and("group", groups);
    if (longer) {
      long[] more = with(axes, axis -> axis.stride() - 1);
      attributes = attributes.and("output_padding", more);
    }
    long shortest =
        axes.stream()
            .mapToLong(a -> (a.size() - 1) * a.stride() + a.reach() - a.before() - a.after())
            .min()
            .orElseThrow();
    if (shortest > 0) {
      GradientCheck.checkLinear(
          GradientCase.of("ConvTranspose", normal(x))
              .node("ConvTranspose", "x w", attributes)
              .real("w", normal(weights)));
    }
  }

  @Property(tries = TRIES)
  void maximum(
      @ForAll("pooled") List<Axis> axes,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 0, max = 3) int padding,
      @ForAll @IntRange(min = 0, max = 1) int ceil)
      throws OrtException {
    Attributes attributes = kernel(axes, padding).and("ceil_mode", ceil);
    GradientCheck.checkLinear(
        GradientCase.of("MaxPool", normal(with(axes, Axis::size, batch, 2)))
            .node("MaxPool", "x", attributes));
  }

  @Property(tries = TRIES)
  void average(
      @ForAll("pooled") List<Axis> axes,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 0, max = 3) int padding,
      @ForAll @IntRange(min = 0, max = 1) int counted)
      throws OrtException {
    Attributes attributes = kernel(axes, padding).and("count_include_pad", counted);
    GradientCheck.checkLinear(
        GradientCase.of("AveragePool", normal(with(axes, Axis::size, batch, 2)))
            .node("AveragePool", "x", attributes)
            .opset(19));
  }

  /** A dimension of two operands that are combined. */
  record Pair(long size, boolean first, boolean second) {}

  @Provide
  Arbitrary<List<Pair>> pairs() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 3),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as(Pair::new)
        .list()
        .ofMaxSize(4);
  }

  @Property(tries = TRIES)
  void repeatedOperands(
      @ForAll("pairs") List<Pair> pairs,
      @ForAll @IntRange(min = 0, max = 3) int dropped,
      @ForAll boolean swapped)
      throws OrtException {
    long[] x = lengths(pairs, pair -> pair.first() ? pair.size() : 1L, swapped ? dropped : 0);
    long[] other = lengths(pairs, pair -> pair.second() ? pair.size() : 1L, swapped ? 0 : dropped);
    for (String operator : List.of("Add", "Mul")) {
      GradientCheck.checkLinear(
          GradientCase.of(operator, normal(x))
              .node(operator, swapped ? "c x" : "x c")
              .real("c", normal(other)));
    }
  }

  @Property(tries = TRIES)
  void repeatedMatrices(
      @ForAll("pairs") List<Pair> pairs,
      @ForAll @IntRange(min = 0, max = 3) int dropped,
      @ForAll @IntRange(min = 1, max = 3) int rows,
      @ForAll @IntRange(min = 1, max = 3) int inner,
      @ForAll boolean swapped)
      throws OrtException {
    long[] x = lengths(pairs, pair -> pair.first() ? pair.size() : 1L, swapped ? dropped : 0);
    long[] other = lengths(pairs, pair -> pair.second() ? pair.size() : 1L, swapped ? 0 : dropped);
    long[] left = {rows, inner};
    long[] right = {inner, 2};
    GradientCheck.checkLinear(
        GradientCase.of("MatMul", normal(joined(x, swapped ? right : left)))
            .node("MatMul", swapped ? "c x" : "x c")
            .real("c", normal(joined(other, swapped ? left : right))));
  }

  private static Attributes kernel(List<Axis> axes, int padding) {
    return padded(axes, padding).and("kernel_shape", with(axes, Axis::kernel));
  }

  private static Attributes padded(List<Axis> axes, int padding) {
    Attributes attributes =
        Attributes.with("strides", with(axes, Axis::stride))
            .and("dilations", with(axes, Axis::dilation));
    // ONNX Runtime takes no other dilations together with a padding of its own choice.
    boolean dense = axes.stream().allMatch(axis -> axis.dilation() == 1);
    boolean fits = axes.stream().allMatch(axis -> axis.size() >= axis.reach());
    return switch (dense && fits ? padding : 0) {
      case 1 -> attributes.and("auto_pad", "SAME_UPPER");
      case 2 -> attributes.and("auto_pad", "SAME_LOWER");
      case 3 -> attributes.and("auto_pad", "VALID");
      default -> attributes.and("pads", joined(with(axes, Axis::before), with(axes, Axis::after)));
    };
  }

  private static long[] with(List<Axis> axes, ToLongFunction<Axis> value, long... before) {
    return joined(before, axes.stream().mapToLong(value).toArray());
  }

  private static long[] lengths(List<Pair> pairs, Function<Pair, Long> length, int dropped) {
    List<Long> lengths = new ArrayList<>();
    for (int i = Math.min(dropped, pairs.size()); i < pairs.size(); i++) {
      lengths.add(length.apply(pairs.get(i)));
    }
    return lengths.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] joined(long[] a, long[] b) {
    long[] both = new long[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
