package dev.limelight.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

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

  private static final float EPSILON = 1e-7f;

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
              "a heatmap of %d x %d takes %d values, row by row, not %d; check its width and"
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
                "a heatmap takes finite values, but column %d of row %d is %s;"
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
            "row " + y + " has " + rows[y].length + " values where row 0 has " + width);
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

  /** Where the largest value is; of several equal ones the first, row by row. */
  public Point peak() {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return new Point(best % width, best / width);
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
   * By how much this map and another differ where they differ most.
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
    double most = 0;
    for (int i = 0; i < values.length; i++) {
      most = Math.max(most, Math.abs((double) values[i] - other.values[i]));
    }
    return most;
  }

  /** Whether nothing speaks for the score: no value is above zero. */
  public boolean isBlank() {
    return !(max() > 0);
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
   * Evidence for the score in [0, 1]: negative values become zero, the minimum is taken away, and
   * the rest is divided by its maximum. A constant map becomes all zero. Small maps are enlarged in
   * their strength too, so compare raw maps as well.
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

  /**
   * The map as the Python packages publish it: {@link #normalised()}, {@link #resized(int, int)},
   * and once more to [0, 1].
   */
  public Heatmap processed(int width, int height) {
    return processed(List.of(this), width, height);
  }

  /**
   * The maps of several layers as one: each normalised and resized, their mean scaled to [0, 1].
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
    float scale = EPSILON + (max() - min);
    return map(RELATIVE, value -> (value - min) / scale);
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

  /** "3.2 logit": a value of this map in words. */
  public String format(double value) {
    return unit.isEmpty() ? number(value) : number(value) + " " + unit;
  }

  public static String number(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size < 1e-3 || size >= 1e5) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    int digits = size >= 100 ? 0 : size >= 1 ? 1 : size >= 0.1 ? 2 : size >= 0.01 ? 3 : 4;
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
