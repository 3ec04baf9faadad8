package dev.limelight.segment;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SLIC superpixels: k-means of colour and place in CIELAB, each centre looking only around itself,
 * and parts that hang together alone. The same as scikit-image's, but for the names of segments.
 *
 * @param count about how many segments
 * @param compactness how much place counts against colour
 * @see <a href="https://doi.org/10.1109/TPAMI.2012.120">Achanta et al. 2012, SLIC Superpixels</a>
 */
record Slic(int count, double compactness) implements Segmenter {

  private static final int ITERATIONS = 10;

  Slic(int count) {
    this(count, 10);
  }

  /** Checks. */
  Slic {
    if (count < 2) {
      throw new IllegalArgumentException(
          "slic divides a picture into at least 2 segments, but got " + count + "; 50 is usual");
    }
    if (!(compactness > 0)) {
      throw new IllegalArgumentException("compactness is above 0, but got " + compactness);
    }
  }

  @Override
  public Segments of(ColourPlanes colours, @Nullable Frame frame) {
    return Segments.ofLabels(colours.width(), colours.height(), labels(colours));
  }

  /** The label of each pixel. */
  int[] labels(ColourPlanes colours) {
    ColourPlanes whole = colours.between(0, 1);
    double[] features = whole.channels() == 3 ? Lab.of(whole) : whole.values();
    for (int i = 0; i < features.length; i++) {
      features[i] *= 1 / compactness;
    }
    Steps steps = Steps.of(colours.height(), colours.width(), count);
    Centres centres = new Centres(steps, colours, features);
    int[] labels = centres.found();
    double size = (double) colours.pixels() / centres.count();
    return Connected.of(
        labels, colours.width(), colours.height(), (int) (0.5 * size), (int) (3 * size));
  }

  /**
   * A regular grid.
   *
   * @param down from row to row
   * @param across from column to column
   * @param top the first row
   * @param left the first column
   */
  private record Steps(int down, int across, int top, int left) {

    static Steps of(int height, int width, int count) {
      if (height * width <= count) {
        return new Steps(1, 1, 0, 0);
      }
      int shorter = Math.min(height, width);
      int longer = Math.max(height, width);
      double small = Math.sqrt((double) height * width / count);
      double large = small;
      if (shorter < small) {
        small = shorter;
        large = Math.min(longer, (double) longer / count);
      }
      double down = height <= width ? small : large;
      double across = height <= width ? large : small;
      return new Steps(
          Math.max(1, (int) Math.rint(down)),
          Math.max(1, (int) Math.rint(across)),
          (int) (down / 2),
          (int) (across / 2));
    }
  }

  /** Row, column and colours of each centre, one after the other. */
  private static final class Centres {
    private final int width;
    private final int height;
    private final int channels;
    private final double[] features;
    private final double weight;
    private final Steps window;
    private final double[][] centres;
    private final int[] nearest;

    Centres(Steps steps, ColourPlanes colours, double[] features) {
      width = colours.width();
      height = colours.height();
      channels = colours.channels();
      this.features = features;
      int rows = (height - steps.top + steps.down - 1) / steps.down;
      int columns = (width - steps.left + steps.across - 1) / steps.across;
      centres = new double[rows * columns][2 + channels];
      for (int k = 0; k < centres.length; k++) {
        centres[k][0] = steps.top + k / columns * steps.down;
        centres[k][1] = steps.left + k % columns * steps.across;
      }
      double step = Math.max(steps.down, steps.across);
      weight = 1 / (step * step);
      window = Steps.of(height, width, centres.length);
      nearest = new int[width * height];
    }

    int count() {
      return centres.length;
    }

    int[] found() {
      for (int i = 0; i < ITERATIONS && assign(); i++) {
        move();
      }
      return nearest;
    }

    /** Gives each pixel the nearest centre whose window it is in; false if none found any. */
    private boolean assign() {
      double[] distances = new double[nearest.length];
      Arrays.fill(distances, Double.MAX_VALUE);
      boolean changed = false;
      for (int k = 0; k < centres.length; k++) {
        double cy = centres[k][0];
        double cx = centres[k][1];
        int bottom = (int) Math.min(cy + 2 * window.down + 1, height);
        int right = (int) Math.min(cx + 2 * window.across + 1, width);
        for (int y = (int) Math.max(cy - 2 * window.down, 0); y < bottom; y++) {
          double dy = (cy - y) * (cy - y);
          for (int x = (int) Math.max(cx - 2 * window.across, 0); x < right; x++) {
            int pixel = y * width + x;
            double distance = (dy + (cx - x) * (cx - x)) * weight + colour(centres[k], pixel);
            if (distances[pixel] > distance) {
              nearest[pixel] = k;
              distances[pixel] = distance;
              changed = true;
            }
          }
        }
      }
      return changed;
    }

    private double colour(double[] centre, int pixel) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        double difference = features[c * nearest.length + pixel] - centre[2 + c];
        sum += difference * difference;
      }
      return sum;
    }

    private void move() {
      int[] counts = new int[centres.length];
      for (double[] centre : centres) {
        Arrays.fill(centre, 0);
      }
      for (int pixel = 0; pixel < nearest.length; pixel++) {
        double[] centre = centres[nearest[pixel]];
        counts[nearest[pixel]]++;
        centre[0] += pixel / width;
        centre[1] += pixel % width;
        for (int c = 0; c < channels; c++) {
          centre[2 + c] += features[c * nearest.length + pixel];
        }
      }
      for (int k = 0; k < centres.length; k++) {
        for (int c = 0; c < 2 + channels; c++) {
          // One without pixels is nowhere, and gets none again.
          centres[k][c] /= counts[k];
        }
      }
    }
  }
}
