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
    down.columns(narrow, across.first.length, resized);
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
    int plane = width * down.first.length;
    float[] resized = new float[3 * plane];
    float[] source = new float[3 * across.length];
    // Only the rows that the next row of the result needs are kept: they stay in the cache.
    int most = Math.max(1, Arrays.stream(down.weights).mapToInt(all -> all.length).max().orElse(1));
    float[] narrow = new float[3 * width * most];
    int[] kept = new int[most];
    Arrays.fill(kept, -1);
    for (int i = 0; i < down.first.length; i++) {
      float[] shares = down.weights[i];
      for (int c = 0; c < 3; c++) {
        int start = c * plane + i * width;
        Arrays.fill(resized, start, start + width, down.fill[i]);
      }
      for (int j = 0; j < shares.length; j++) {
        int y = down.first[i] + j;
        int place = y % most;
        if (kept[place] != y) {
          kept[place] = y;
          unpack(rgb, y * across.length, samples, source);
          across.colours(source, narrow, 3 * width * place, width);
        }
        for (int c = 0; c < 3; c++) {
          int from = width * (3 * place + c);
          add(narrow, from, shares[j], resized, c * plane + i * width, width);
        }
      }
    }
    return resized;
  }

  /** The red, green and blue values of one row, one colour after the other. */
  private static void unpack(int[] rgb, int start, float[] samples, float[] row) {
    int width = row.length / 3;
    for (int x = 0; x < width; x++) {
      int colour = rgb[start + x];
      row[x] = samples[colour >> 16 & 255];
      row[width + x] = samples[colour >> 8 & 255];
      row[2 * width + x] = samples[colour & 255];
    }
  }

  private static void add(
      float[] source, int from, float share, float[] result, int to, int length) {
    for (int x = 0; x < length; x++) {
      result[to + x] += share * source[from + x];
    }
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

  private void columns(float[] source, int width, float[] result) {
    for (int i = 0; i < first.length; i++) {
      Arrays.fill(result, i * width, (i + 1) * width, fill[i]);
      for (int j = 0; j < weights[i].length; j++) {
        add(source, (first[i] + j) * width, weights[i][j], result, i * width, width);
      }
    }
  }
}
