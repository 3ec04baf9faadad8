package dev.limelight.image;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Resizing along one axis. With antialiasing the filter gets wider when a picture gets smaller, as
 * in Pillow and torchvision. Positions outside the picture are mid-grey.
 */
@API(status = Status.INTERNAL)
public final class Resampling {

  /** The weight of a source pixel by its distance. */
  public enum Filter {
    /** The value of the pixel at the place, never antialiased. */
    NEAREST(0.5),
    /** Bilinear, for the inputs of networks. */
    TRIANGLE(1),
    /** The cubic of Catmull and Rom, for pictures that people look at. */
    CUBIC(2),
    /** A sinc within a sinc of three lobes. */
    LANCZOS(3);

    private final double reach;

    Filter(double reach) {
      this.reach = reach;
    }

    private double weight(double distance) {
      double x = Math.abs(distance);
      return switch (this) {
        case NEAREST -> 1;
        case TRIANGLE -> Math.max(0, 1 - x);
        case CUBIC ->
            x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        case LANCZOS -> x < 3 ? sinc(x) * sinc(x / 3) : 0;
      };
    }

    private static double sinc(double x) {
      return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
  }

  private static final float OUTSIDE = 0.5f;

  private final int[] first;
  private final float[][] weights;
  private final float[] fill;
  private final int length;

  private Resampling(int length, int[] first, float[][] weights, float[] fill) {
    this.length = length;
    this.first = first;
    this.weights = weights;
    this.fill = fill;
  }

  /** The weights of a resizing with antialiasing. */
  public static Resampling of(Filter filter, int length, int size, double start, double extent) {
    return of(filter, true, length, size, start, extent);
  }

  /**
   * Computes the weights of a resizing.
   *
   * @param filter the weights of source pixels
   * @param antialias whether the filter gets wider when the picture gets smaller
   * @param length the number of source pixels
   * @param size the number of pixels of the result
   * @param start the position of the result's start in the source
   * @param extent the length of the result in the source
   */
  public static Resampling of(
      Filter filter, boolean antialias, int length, int size, double start, double extent) {
    double step = extent / size;
    double stretch = antialias && filter != Filter.NEAREST ? Math.max(step, 1) : 1;
    double reach = filter.reach * stretch;
    int[] first = new int[size];
    float[][] weights = new float[size][];
    float[] fill = new float[size];
    for (int i = 0; i < size; i++) {
      double centre = start + (i + 0.5) * step;
      if (centre < 0 || centre > length) {
        weights[i] = new float[0];
        fill[i] = OUTSIDE;
        continue;
      }
      if (filter == Filter.NEAREST) {
        first[i] = Math.min(length - 1, (int) centre);
        weights[i] = new float[] {1};
        continue;
      }
      // Pixels whose centre is within the filter's reach; the others have no weight.
      int from = Math.max(0, (int) Math.floor(centre - reach + 0.5));
      int to = Math.min(length - 1, (int) Math.ceil(centre + reach - 0.5) - 1);
      first[i] = from;
      weights[i] = new float[to - from + 1];
      double total = 0;
      for (int j = from; j <= to; j++) {
        double weight = filter.weight((j + 0.5 - centre) / stretch);
        weights[i][j - from] = (float) weight;
        total += weight;
      }
      for (int j = 0; j < weights[i].length; j++) {
        weights[i][j] /= (float) total;
      }
    }
    return new Resampling(length, first, weights, fill);
  }

  /** Resizes a plane of values, row by row, along both axes. */
  public static float[] resize(float[] plane, Resampling across, Resampling down) {
    float[] narrow = new float[across.first.length * down.length];
    for (int y = 0; y < down.length; y++) {
      across.row(plane, y * across.length, narrow, y * across.first.length);
    }
    float[] resized = new float[across.first.length * down.first.length];
    down.columns(narrow, across.first.length, 0, resized, 0);
    return resized;
  }

  /**
   * Resizes colours along both axes.
   *
   * @param rgb 0xRRGGBB, row by row
   * @param samples the value of each of the 256 levels
   * @return the red, green and blue planes, one after the other
   */
  static float[] resize(int[] rgb, float[] samples, Resampling across, Resampling down) {
    int width = across.first.length;
    // The rows that nothing of the result shows, such as those above a crop, are left out.
    int top = down.start();
    int rows = Math.max(0, down.end() - top);
    float[] narrow = new float[3 * width * rows];
    float[] source = new float[3 * across.length];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < across.length; x++) {
        int colour = rgb[(top + y) * across.length + x];
        source[x] = samples[colour >> 16 & 255];
        source[across.length + x] = samples[colour >> 8 & 255];
        source[2 * across.length + x] = samples[colour & 255];
      }
      across.colours(source, narrow, y * width, width * rows);
    }
    float[] resized = new float[3 * width * down.first.length];
    for (int c = 0; c < 3; c++) {
      down.columns(narrow, width, c * rows - top, resized, c * width * down.first.length);
    }
    return resized;
  }

  /** The first source pixel that has a weight. */
  private int start() {
    int start = length;
    for (int i = 0; i < first.length; i++) {
      start = weights[i].length == 0 ? start : Math.min(start, first[i]);
    }
    return start;
  }

  /** The source pixel after the last that has a weight. */
  private int end() {
    int end = 0;
    for (int i = 0; i < first.length; i++) {
      end = Math.max(end, first[i] + weights[i].length);
    }
    return end;
  }

  private void row(float[] source, int start, float[] result, int to) {
    for (int i = 0; i < first.length; i++) {
      float[] shares = weights[i];
      float sum = fill[i];
      int from = start + first[i];
      for (int j = 0; j < shares.length; j++) {
        sum += shares[j] * source[from + j];
      }
      result[to + i] = sum;
    }
  }

  /** One row of each colour at once: three sums that do not wait for each other. */
  private void colours(float[] source, float[] result, int to, int plane) {
    for (int i = 0; i < first.length; i++) {
      float[] shares = weights[i];
      float red = fill[i];
      float green = fill[i];
      float blue = fill[i];
      int from = first[i];
      for (int j = 0; j < shares.length; j++) {
        float share = shares[j];
        red += share * source[from + j];
        green += share * source[length + from + j];
        blue += share * source[2 * length + from + j];
      }
      result[to + i] = red;
      result[to + plane + i] = green;
      result[to + 2 * plane + i] = blue;
    }
  }

  /**
   * Resizes the columns of a plane.
   *
   * @param row the source's row that counts as the first
   * @param to where the result begins
   */
  private void columns(float[] source, int width, int row, float[] result, int to) {
    for (int i = 0; i < first.length; i++) {
      int start = to + i * width;
      Arrays.fill(result, start, start + width, fill[i]);
      for (int j = 0; j < weights[i].length; j++) {
        float share = weights[i][j];
        int from = (row + first[i] + j) * width;
        for (int x = 0; x < width; x++) {
          result[start + x] += share * source[from + x];
        }
      }
    }
  }
}
