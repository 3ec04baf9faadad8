package dev.limelight.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Tells where a map is strong. Only positive values ever are: a blank map is strong nowhere. */
public interface Threshold {

  /** Where the map is strong, at its size. */
  Mask of(Heatmap map);

  /**
   * Values from a share of the maximum on.
   *
   * @param share above 0 and up to 1
   * @see <a href="https://arxiv.org/abs/1512.04150">Zhou et al. 2016, Learning Deep Features for
   *     Discriminative Localization, with 0.2</a>
   */
  record ShareOfMaximum(double share) implements Threshold {

    /** From 20 % of the maximum on. */
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
   * The upper of two classes of values, negative ones as 0, that lie furthest apart: {@code w v (m
   * - n)^2} is largest, with w and v their shares of the cells and m and n their means. Every value
   * may divide, so there is no histogram whose width matters. Where all values are the same there
   * is one class, which is strong if it is positive.
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
      double all = 0;
      for (float value : values) {
        all += value;
      }
      float level = values[0];
      double furthest = 0;
      double lower = 0;
      for (int i = 1; i < values.length; i++) {
        lower += values[i - 1];
        double gap = (all - lower) / (values.length - i) - lower / i;
        double apart = (double) i * (values.length - i) * gap * gap;
        // Equal values are of one class.
        if (values[i] > values[i - 1] && apart > furthest) {
          furthest = apart;
          level = values[i];
        }
      }
      return level;
    }
  }

  /**
   * The fewest cells that hold a share of the sum of the positive values; of equal ones the upper,
   * then the left ones.
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
      double held = 0;
      for (int i = 0; i < strongest.length && held < share * sum; i++) {
        held += values[strongest[i]];
        cells[strongest[i]] = true;
      }
      return new Mask(map.width(), map.height(), cells);
    }
  }
}
