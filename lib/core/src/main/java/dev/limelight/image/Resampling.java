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

  /**
   * Resizes a plane along both axes.
   *
   * @param planes of one size, one after the other, row by row
   * @param plane the index of the plane
   */
  public static float[] resize(float[] planes, int plane, Resampling across, Resampling down) {
    int pixels = across.length * down.length;
    float[] source = Arrays.copyOfRange(planes, plane * pixels, (plane + 1) * pixels);
    float[] resized = across.changesNothing() ? source : across.rows(source, down.length);
    return down.changesNothing() ? resized : down.columns(resized, across.first.length);
  }

  private boolean changesNothing() {
    boolean same = length == first.length;
    for (int i = 0; same && i < length; i++) {
      same = first[i] == i && weights[i].length == 1 && fill[i] == 0;
    }
    return same;
  }

  private float[] rows(float[] source, int height) {
    int size = first.length;
    float[] result = new float[size * height];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < size; i++) {
        float[] shares = weights[i];
        float sum = fill[i];
        int from = y * length + first[i];
        for (int j = 0; j < shares.length; j++) {
          sum += shares[j] * source[from + j];
        }
        result[y * size + i] = sum;
      }
    }
    return result;
  }

  private float[] columns(float[] source, int width) {
    int size = first.length;
    float[] result = new float[size * width];
    for (int i = 0; i < size; i++) {
      int to = i * width;
      Arrays.fill(result, to, to + width, fill[i]);
      for (int j = 0; j < weights[i].length; j++) {
        float share = weights[i][j];
        int from = (first[i] + j) * width;
        for (int x = 0; x < width; x++) {
          result[to + x] += share * source[from + x];
        }
      }
    }
    return result;
  }
}
