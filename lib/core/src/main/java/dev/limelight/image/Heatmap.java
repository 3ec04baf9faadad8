package dev.limelight.image;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A signed map with its unit, for example "each position's share of the score, in logits".
 * Immutable.
 *
 * @param width the number of columns, at least 1
 * @param height the number of rows, at least 1
 * @param values {@code width * height} finite numbers, row by row; copied in and out
 * @param unit what a value of 1 means, for example "logit"; empty if it means nothing
 */
public record Heatmap(int width, int height, float[] values, String unit) {

  /** The unit of maps that were divided by their maximum. */
  public static final String RELATIVE = "share of maximum";

  /** The unit of maps that say how much of a concept is where, which is no evidence for a class. */
  public static final String CONCEPT = "concept activation";

  /** The unit of maps that are made of activations, which for some methods are of no class. */
  public static final String ACTIVATION = "activation";

  /** A map whose range is a smaller share of its maximum is constant but for rounding. */
  private static final float ROUNDING = 1e-6f;

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if the sizes do not fit or a value is not finite
   */
  public Heatmap {
    Objects.requireNonNull(unit, "unit");
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a heatmap has at least one row and one column, not " + width + " x " + height);
    }
    if (values.length != (long) width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a heatmap of %d x %d needs %d values, row by row, but got %d; check its width and"
                  + " height",
              width,
              height,
              (long) width * height,
              values.length));
    }
    values = values.clone();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a heatmap needs finite values, but column %d of row %d is %s;"
                    + " check the picture and the model's weights for NaN and overflow",
                i % width,
                i / width,
                values[i]));
      }
    }
  }

  /**
   * A map from rows of numbers.
   *
   * @throws IllegalArgumentException if the rows differ in length
   */
  public static Heatmap of(float[][] rows, String unit) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[rows.length * width];
    for (int y = 0; y < rows.length; y++) {
      if (rows[y].length != width) {
        throw new IllegalArgumentException(
            "row " + y + " has " + rows[y].length + " values, but row 0 has " + width);
      }
      System.arraycopy(rows[y], 0, values, y * width, width);
    }
    return new Heatmap(width, rows.length, values, unit);
  }

  /** A position in a map: column and row, from the upper left, counted from 0. */
  public record Point(int x, int y) {}

  /** A copy of the values, row by row. */
  @Override
  public float[] values() {
    return values.clone();
  }

  /**
   * The value in a column and row.
   *
   * @throws IndexOutOfBoundsException outside the map
   */
  public float get(int x, int y) {
    return values[Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width)];
  }

  /** The largest value. */
  public float max() {
    Point peak = peak();
    return values[peak.y * width + peak.x];
  }

  /** The smallest value. */
  public float min() {
    float min = values[0];
    for (float value : values) {
      min = Math.min(min, value);
    }
    return min;
  }

  /** The position of the largest value; of several equal ones the first, row by row. */
  public Point peak() {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return new Point(best % width, best / width);
  }

  /**
   * Of all positions of the largest value, the one nearest to their mean: of an area its middle.
   */
  public Point centralPeak() {
    List<Point> peaks = peaks();
    double x = peaks.stream().mapToInt(Point::x).average().orElseThrow();
    double y = peaks.stream().mapToInt(Point::y).average().orElseThrow();
    return peaks.stream()
        .min(Comparator.comparingDouble(peak -> Math.hypot(peak.x - x, peak.y - y)))
        .orElseThrow();
  }

  /** The positions of all values that equal the largest, row by row. */
  public List<Point> peaks() {
    float max = max();
    return IntStream.range(0, values.length)
        .filter(i -> values[i] == max)
        .mapToObj(i -> new Point(i % width, i / width))
        .toList();
  }

  /** The mean value. */
  public double mean() {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /**
   * The largest absolute difference between this map and another.
   *
   * @throws IllegalArgumentException if their sizes differ
   */
  public double maxDifference(Heatmap other) {
    if (width != other.width || height != other.height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "maps of %d x %d and of %d x %d cannot be compared cell by cell; resize one",
              width,
              height,
              other.width,
              other.height));
    }
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs((double) values[i] - other.values[i]));
    }
    return largest;
  }

  /** Whether there is no evidence for the score: no value is above zero. */
  public boolean isBlank() {
    return !(max() > 0);
  }

  /**
   * What a blank map means, in words: that there is no evidence for the score, or, of a map that is
   * not in its unit, only that nothing is above zero.
   */
  public String nothing() {
    return switch (unit) {
      case CONCEPT -> "nothing of this concept in the picture";
      case ACTIVATION, "" -> "nothing above 0, largest value " + format(max());
      default -> "no positive evidence, largest value " + format(max());
    };
  }

  /** The map with its negative values set to zero. */
  public Heatmap positive() {
    return map(unit, value -> Math.max(value, 0f));
  }

  /** The map times a number. */
  public Heatmap scaled(float factor) {
    return map(unit, value -> value * factor);
  }

  /** The same values with another unit. */
  public Heatmap withUnit(String unit) {
    return new Heatmap(width, height, values, unit);
  }

  /**
   * Evidence for the score in [0, 1]: negative values become zero, the minimum is subtracted, and
   * the result is divided by its maximum, so that it does not depend on the map's unit. A map that
   * is constant but for rounding, within 1e-6 of its maximum, becomes all zero. Weak maps end up
   * with the same range as strong ones, so compare raw maps as well. The grad-cam package adds 1e-7
   * to the maximum, so that its maps fade where the maximum is about as small.
   */
  public Heatmap normalised() {
    return positive().rescaled();
  }

  /** The map divided by its largest absolute value: in [-1, 1], zero stays zero. */
  public Heatmap symmetric() {
    float bound = Math.max(Math.abs(min()), Math.abs(max()));
    return map(RELATIVE, value -> bound == 0 ? 0f : value / bound);
  }

  /**
   * The map at another size: bilinear with half-pixel centres and clamped edges and no antialiasing
   * (OpenCV's {@code INTER_LINEAR}), in float arithmetic.
   */
  public Heatmap resized(int width, int height) {
    return new Heatmap(
        width, height, Bilinear.resize(values, this.width, this.height, width, height), unit);
  }

  /** The map at another size, each value as that of the nearest cell: areas keep their edges. */
  public Heatmap resizedToNearest(int newWidth, int newHeight) {
    float[] resized = new float[Math.multiplyExact(newWidth, newHeight)];
    for (int i = 0; i < resized.length; i++) {
      int x = (int) ((i % newWidth + 0.5) * width / newWidth);
      int y = (int) ((i / newWidth + 0.5) * height / newHeight);
      resized[i] = values[y * width + x];
    }
    return new Heatmap(newWidth, newHeight, resized, unit);
  }

  /**
   * The map as the Python packages publish it: {@link #normalised()}, {@link #resized(int, int)},
   * and scaled to [0, 1] again.
   */
  public Heatmap processed(int width, int height) {
    return processed(List.of(this), width, height);
  }

  /**
   * Combines the maps of several layers: each is normalised and resized, and their mean is scaled
   * to [0, 1].
   *
   * @throws IllegalArgumentException if there is no layer
   */
  public static Heatmap processed(List<Heatmap> layers, int width, int height) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("at least one layer's map is needed, but got none");
    }
    float[] mean = new float[Math.multiplyExact(width, height)];
    for (Heatmap layer : layers) {
      float[] values = layer.normalised().resized(width, height).values;
      for (int i = 0; i < mean.length; i++) {
        mean[i] += values[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= layers.size();
    }
    return new Heatmap(width, height, mean, RELATIVE).rescaled();
  }

  private Heatmap rescaled() {
    float min = min();
    float range = max() - min;
    boolean constant = range <= ROUNDING * Math.max(Math.abs(min), Math.abs(max()));
    return map(RELATIVE, value -> constant ? 0 : (value - min) / range);
  }

  private interface FloatFunction {
    float apply(float value);
  }

  private Heatmap map(String unit, FloatFunction function) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.apply(values[i]);
    }
    return new Heatmap(width, height, result, unit);
  }

  /** A value of this map with its unit, such as "3.2 logit". */
  public String format(double value) {
    return unit.isEmpty() ? number(value) : number(value) + " " + unit;
  }

  /** A number, rounded to be read. */
  public static String number(double value) {
    if (value == 0) {
      return "0";
    }
    double magnitude = Math.abs(value);
    if (magnitude < 1e-3 || magnitude >= 1e5) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    int digits =
        magnitude >= 100
            ? 0
            : magnitude >= 1 ? 1 : magnitude >= 0.1 ? 2 : magnitude >= 0.01 ? 3 : 4;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Heatmap that
        && width == that.width
        && height == that.height
        && unit.equals(that.unit)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(width, height, unit, Arrays.hashCode(values));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "Heatmap %d x %d from %s to %s", width, height, number(min()), format(max()));
  }
}
