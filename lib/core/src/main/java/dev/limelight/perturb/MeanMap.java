package dev.limelight.perturb;

import java.util.Arrays;

/** The mean of weighted masks and their scatter around it, one after the other (Welford 1962). */
final class MeanMap {

  private final double[] mean;
  private final double[] squares;
  private int count;

  MeanMap(int pixels) {
    mean = new double[pixels];
    squares = new double[pixels];
  }

  void add(float[] mask, double weight) {
    count++;
    double share = 1.0 / count;
    for (int p = 0; p < mean.length; p++) {
      double value = weight * mask[p];
      double distance = value - mean[p];
      mean[p] += distance * share;
      squares[p] += distance * (value - mean[p]);
    }
  }

  /** How many masks there are. */
  int count() {
    return count;
  }

  /** The mean at a pixel. */
  double at(int pixel) {
    return mean[pixel];
  }

  /** The standard error of a pixel, as the mean over the pixels. */
  double error() {
    double samples = (count - 1.0) * count;
    return Arrays.stream(squares).map(s -> Math.sqrt(s / samples)).average().orElseThrow();
  }

  double range() {
    return Arrays.stream(mean).max().orElseThrow() - Arrays.stream(mean).min().orElseThrow();
  }
}
