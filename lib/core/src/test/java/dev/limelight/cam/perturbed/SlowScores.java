package dev.limelight.cam.perturbed;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The methods that ask the network once more, in plain double arithmetic, from their papers. */
final class SlowScores {

  private SlowScores() {}

  /** Ablation-CAM; a is [channel][place], and head its score. */
  static double[] ablation(double[][] a, ToDoubleFunction<double[][]> head) {
    double y = head.applyAsDouble(a);
    double[] map = new double[a[0].length];
    for (int k = 0; k < a.length; k++) {
      double[][] without = copy(a);
      Arrays.fill(without[k], 0);
      double weight = (y - head.applyAsDouble(without)) / Math.abs(y);
      for (int place = 0; place < map.length; place++) {
        map[place] += weight * a[k][place];
      }
    }
    return map;
  }

  /** Recipro-CAM, less the least score. */
  static double[] recipro(
      double[][] a, int width, boolean gaussian, ToDoubleFunction<double[][]> head) {
    double[] map = new double[a[0].length];
    for (int p = 0; p < map.length; p++) {
      double[][] kept = copy(a);
      for (double[] channel : kept) {
        for (int q = 0; q < map.length; q++) {
          int far = Math.max(Math.abs(p / width - q / width), Math.abs(p % width - q % width));
          int steps = Math.abs(p / width - q / width) + Math.abs(p % width - q % width);
          channel[q] *= gaussian ? (far > 1 ? 0 : 4 / Math.pow(2, steps) / 16) : p == q ? 1 : 0;
        }
      }
      map[p] = head.applyAsDouble(kept);
    }
    double least = Arrays.stream(map).min().orElseThrow();
    return Arrays.stream(map).map(score -> score - least).toArray();
  }

  /**
   * Score-CAM; x is [channel][pixel] of a square picture, and network its score. Only the channels
   * that vary most are asked.
   */
  static double[] score(
      double[][] a, double[][] x, int channels, ToDoubleFunction<double[][]> network) {
    return score(a, x, channels, 1, (masked, mask, copy, c, q) -> masked * mask, network);
  }

  /** What pixel q of channel c of a picture is in a copy. */
  interface Change {

    /**
     * The value.
     *
     * @param value of the picture
     * @param mask there
     * @param copy the channel of the mask times the samples, and the sample
     */
    double of(double value, double mask, int copy, int c, int q);
  }

  /** The same with several copies for each channel, of which the mean score counts. */
  static double[] score(
      double[][] a,
      double[][] x,
      int channels,
      int samples,
      Change change,
      ToDoubleFunction<double[][]> network) {
    int[] asked =
        IntStream.range(0, a.length)
            .boxed()
            .sorted((k, l) -> Double.compare(variance(a[l]), variance(a[k])))
            .limit(channels)
            .mapToInt(k -> k)
            .toArray();
    double[] powers = new double[asked.length];
    for (int i = 0; i < asked.length; i++) {
      double[] mask = enlarged(a[asked[i]], (int) Math.sqrt(x[0].length));
      double least = Arrays.stream(mask).min().orElseThrow();
      double range = Arrays.stream(mask).max().orElseThrow() - least + 1e-8;
      double mean = 0;
      for (int sample = 0; sample < samples; sample++) {
        double[][] copy = copy(x);
        for (int c = 0; c < x.length; c++) {
          for (int q = 0; q < mask.length; q++) {
            double stretched = (mask[q] - least) / range;
            copy[c][q] = change.of(x[c][q], stretched, asked[i] * samples + sample, c, q);
          }
        }
        mean += network.applyAsDouble(copy) / samples;
      }
      powers[i] = Math.exp(mean);
    }
    double[] map = new double[a[0].length];
    for (int i = 0; i < asked.length; i++) {
      for (int place = 0; place < map.length; place++) {
        map[place] += powers[i] / Arrays.stream(powers).sum() * a[asked[i]][place];
      }
    }
    return map;
  }

  /** Bilinear enlargement of a square, corners on corners. */
  private static double[] enlarged(double[] plane, int side) {
    int small = (int) Math.sqrt(plane.length);
    double[] large = new double[side * side];
    for (int p = 0; p < large.length; p++) {
      double y = (double) (p / side) * (small - 1) / (side - 1);
      double x = (double) (p % side) * (small - 1) / (side - 1);
      for (int q = 0; q < plane.length; q++) {
        double near = Math.max(0, 1 - Math.abs(y - q / small));
        large[p] += near * Math.max(0, 1 - Math.abs(x - q % small)) * plane[q];
      }
    }
    return large;
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
  }

  private static double[][] copy(double[][] a) {
    return Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
  }
}
