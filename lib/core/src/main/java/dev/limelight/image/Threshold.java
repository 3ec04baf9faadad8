package dev.limelight.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Decides where a map is strong. Only positive values are, so a blank map is strong nowhere. */
public interface Threshold {

  /** The cells in which the map is strong, as a mask of the map's size. */
  Mask of(Heatmap map);

  /**
   * Values of at least a share of the maximum.
   *
   * @param share above 0 and up to 1
   * @see <a href="https://arxiv.org/abs/1512.04150">Zhou et al. 2016, Learning Deep Features for
   *     Discriminative Localization, with 0.2</a>
   */
  record ShareOfMaximum(double share) implements Threshold {

    /** At least 20 % of the maximum. */
    public ShareOfMaximum() {
      this(0.2);
    }

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the share is out of range
     */
    public ShareOfMaximum {
      Mask.checkShare(share, "the maximum");
    }

    @Override
    public Mask of(Heatmap map) {
      return Mask.of(map, share);
    }
  }

  /**
   * The upper of the two classes of values with the largest variance between them, {@code w v (m -
   * n)^2}, with w and v their shares of the cells and m and n their means. Negative values count as
   * 0. Every value is tried as a threshold, so no histogram is needed. If all values are equal,
   * they form one class, which is strong if it is positive.
   *
   * @see <a href="https://doi.org/10.1109/TSMC.1979.4310076">Otsu 1979, A Threshold Selection
   *     Method from Gray-Level Histograms</a>
   */
  record Otsu() implements Threshold {

    @Override
    public Mask of(Heatmap map) {
      float[] values = map.values();
      float level = level(map.positive().values());
      boolean[] cells = new boolean[values.length];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = values[i] > 0 && values[i] >= level;
      }
      return new Mask(map.width(), map.height(), cells);
    }

    private static float level(float[] values) {
      Arrays.sort(values);
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      float level = values[0];
      double largest = 0;
      double lower = 0;
      for (int i = 1; i < values.length; i++) {
        lower += values[i - 1];
        double difference = (sum - lower) / (values.length - i) - lower / i;
        double variance = (double) i * (values.length - i) * difference * difference;
        // Equal values belong to one class.
        if (values[i] > values[i - 1] && variance > largest) {
          largest = variance;
          level = values[i];
        }
      }
      return level;
    }
  }

  /**
   * The fewest cells with a share of the sum of the positive values; of equal ones the upper, then
   * the left ones.
   *
   * @param share above 0 and up to 1
   */
  record Energy(double share) implements Threshold {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the share is out of range
     */
    public Energy {
      Mask.checkShare(share, "the positive sum");
    }

    @Override
    public Mask of(Heatmap map) {
      float[] values = map.values();
      int[] strongest =
          IntStream.range(0, values.length)
              .filter(i -> values[i] > 0)
              .boxed()
              .sorted((one, other) -> Float.compare(values[other], values[one]))
              .mapToInt(i -> i)
              .toArray();
      double sum = 0;
      for (int cell : strongest) {
        sum += values[cell];
      }
      boolean[] cells = new boolean[values.length];
      double covered = 0;
      for (int i = 0; i < strongest.length && covered < share * sum; i++) {
        covered += values[strongest[i]];
        cells[strongest[i]] = true;
      }
      return new Mask(map.width(), map.height(), cells);
    }
  }
}
