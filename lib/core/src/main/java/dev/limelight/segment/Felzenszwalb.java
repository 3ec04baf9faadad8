package dev.limelight.segment;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Segments by a spanning forest of the pixels: two parts are joined where the smallest difference
 * between them is no larger than the differences within both. The same as scikit-image's, but for
 * the names of segments.
 *
 * @param scale k: the larger, the larger the segments
 * @param deviation of the Gaussian that smooths the picture first, in pixels
 * @param least the fewest pixels of a segment
 * @see <a href="https://doi.org/10.1023/B:VISI.0000022288.19776.77">Felzenszwalb and Huttenlocher
 *     2004, Efficient Graph-Based Image Segmentation</a>
 */
@API(status = Status.INTERNAL)
public record Felzenszwalb(double scale, double deviation, int least) implements Segmenter {

  /** Checks. */
  public Felzenszwalb {
    if (!(scale > 0) || Double.isInfinite(scale) || !(deviation >= 0) || least < 1) {
      throw new IllegalArgumentException(
          "felzenszwalb takes a scale above 0, a deviation of at least 0 and a least size of at"
              + " least 1, but got "
              + scale
              + ", "
              + deviation
              + " and "
              + least
              + "; 100, 0.8 and 20 are usual");
    }
  }

  /** With the deviation and least size of XRAI's code. */
  public Felzenszwalb(double scale) {
    this(scale, 0.8, 150);
  }

  /**
   * With the scale and the least size in proportion to the pixels, which are given for 224 x 224.
   */
  @Override
  public Segments of(ColourPlanes colours, @Nullable Frame frame) {
    double share = colours.pixels() / (224.0 * 224);
    int fewest = Math.max(1, (int) Math.round(least * share));
    Felzenszwalb fitted = new Felzenszwalb(scale * share, deviation, fewest);
    return Segments.ofLabels(colours.width(), colours.height(), fitted.labels(colours));
  }

  /** The label of each pixel. */
  int[] labels(ColourPlanes colours) {
    ColourPlanes smooth =
        new ColourPlanes(
            colours.channels(),
            colours.width(),
            colours.height(),
            GaussianBlur.of(colours, deviation));
    Edges edges = Edges.of(smooth);
    Forest forest = new Forest(colours.pixels());
    double[] within = new double[colours.pixels()];
    double threshold = scale / 255;
    for (int edge : edges.order) {
      int one = forest.root(edges.from[edge]);
      int other = forest.root(edges.to[edge]);
      if (one == other) {
        continue;
      }
      // In single precision, as scikit-image has it.
      float first = (float) (within[one] + threshold / forest.sizes[one]);
      float second = (float) (within[other] + threshold / forest.sizes[other]);
      if (edges.costs[edge] < Math.min(first, second)) {
        within[forest.join(one, other)] = edges.costs[edge];
      }
    }
    for (int edge : edges.order) {
      int one = forest.root(edges.from[edge]);
      int other = forest.root(edges.to[edge]);
      if (one != other && (forest.sizes[one] < least || forest.sizes[other] < least)) {
        forest.join(one, other);
      }
    }
    return IntStream.range(0, colours.pixels()).map(forest::root).toArray();
  }

  /** Parts that are joined; the root of each is its first pixel. */
  private static final class Forest {
    private final int[] parents;
    private final int[] sizes;

    Forest(int size) {
      parents = IntStream.range(0, size).toArray();
      sizes = new int[size];
      Arrays.fill(sizes, 1);
    }

    int root(int pixel) {
      int root = pixel;
      while (parents[root] != root) {
        root = parents[root];
      }
      for (int at = pixel; at != root; ) {
        int next = parents[at];
        parents[at] = root;
        at = next;
      }
      return root;
    }

    int join(int one, int other) {
      int root = Math.min(one, other);
      parents[Math.max(one, other)] = root;
      sizes[root] = sizes[one] + sizes[other];
      return root;
    }
  }

  /**
   * The pairs of neighbours, those at corners among them.
   *
   * @param order the edges by their costs
   */
  private record Edges(int[] from, int[] to, double[] costs, int[] order) {

    static Edges of(ColourPlanes colours) {
      int width = colours.width();
      int height = colours.height();
      int count = height * (width - 1) + (height - 1) * width + 2 * (height - 1) * (width - 1);
      int[] from = new int[count];
      int[] to = new int[count];
      int next = 0;
      int[][] steps = {{0, 1}, {1, 0}, {1, 1}, {-1, 1}};
      for (int[] step : steps) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x + step[1] < width; x++) {
            if (y + step[0] >= 0 && y + step[0] < height) {
              from[next] = (y + step[0]) * width + x + step[1];
              to[next++] = y * width + x;
            }
          }
        }
      }
      double[] costs = new double[count];
      for (int i = 0; i < count; i++) {
        double sum = 0;
        for (int c = 0; c < colours.channels(); c++) {
          double difference =
              colours.values()[c * colours.pixels() + from[i]]
                  - colours.values()[c * colours.pixels() + to[i]];
          sum += difference * difference;
        }
        costs[i] = Math.sqrt(sum);
      }
      int[] order =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> costs[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new Edges(from, to, costs, order);
    }
  }
}
