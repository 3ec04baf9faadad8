package dev.limelight.cam.perturbed;

import dev.limelight.cam.SeparableConvolution;

/**
 * Channels mixed to one mask: {@code m = (z - min z) / (max z - min z)} with {@code z = U(sum_k p_k
 * B_k)} and {@code p = softmax(u)}, where {@code B_k} is channel k, which is nowhere negative, and
 * U enlarges to the picture's size: bilinear, half-pixel centres, clamped edges.
 */
final class ChannelMixture {

  private final float[][] channels;
  private final float[][] rows;
  private final float[][] columns;

  /**
   * A mixture of these.
   *
   * @param channels [channel][location]; what is negative counts as 0
   * @param h their rows
   * @param height of the mask
   * @param width of the mask
   */
  ChannelMixture(float[][] channels, int h, int height, int width) {
    this.channels = new float[channels.length][channels[0].length];
    for (int k = 0; k < channels.length; k++) {
      for (int q = 0; q < channels[k].length; q++) {
        this.channels[k][q] = Math.max(0, channels[k][q]);
      }
    }
    rows = SeparableConvolution.bilinear(h, height);
    columns = SeparableConvolution.bilinear(channels[0].length / h, width);
  }

  /** A mask, and what its gradient needs. */
  final class Mask {

    private final double[] shares;
    private final double[] values;
    private final double range;
    private int least;
    private int most;

    private Mask(double[] shares) {
      this.shares = shares;
      double[] mixed = new double[channels[0].length];
      for (int k = 0; k < shares.length; k++) {
        for (int q = 0; q < mixed.length; q++) {
          mixed[q] += shares[k] * channels[k][q];
        }
      }
      values = enlarged(mixed);
      for (int p = 1; p < values.length; p++) {
        least = values[p] < values[least] ? p : least;
        most = values[p] > values[most] ? p : most;
      }
      double minimum = values[least];
      range = values[most] - minimum;
      for (int p = 0; p < values.length; p++) {
        // Where all is the same, nothing is seen.
        values[p] = range == 0 ? 0 : (values[p] - minimum) / range;
      }
    }

    /** p, the share of each channel. */
    double[] shares() {
      return shares.clone();
    }

    /** m, row by row. */
    float[] values() {
      float[] all = new float[values.length];
      for (int p = 0; p < all.length; p++) {
        all[p] = (float) values[p];
      }
      return all;
    }

    /**
     * The gradient of a score with respect to u.
     *
     * @param slopes those with respect to m
     */
    double[] gradient(float[] slopes) {
      double[] gradient = new double[shares.length];
      if (range == 0) {
        return gradient;
      }
      double[] enlarged = new double[slopes.length];
      for (int p = 0; p < slopes.length; p++) {
        enlarged[p] += slopes[p] / range;
        enlarged[least] += slopes[p] * (values[p] - 1) / range;
        enlarged[most] -= slopes[p] * values[p] / range;
      }
      double[] mixed = reduced(enlarged);
      double mean = 0;
      for (int k = 0; k < shares.length; k++) {
        for (int q = 0; q < mixed.length; q++) {
          gradient[k] += channels[k][q] * mixed[q];
        }
        mean += shares[k] * gradient[k];
      }
      for (int k = 0; k < shares.length; k++) {
        gradient[k] = shares[k] * (gradient[k] - mean);
      }
      return gradient;
    }
  }

  /** The mask of these u. */
  Mask at(double[] u) {
    return new Mask(ChannelScores.softmax(u));
  }

  private double[] enlarged(double[] small) {
    int w = columns[0].length;
    double[] large = new double[rows.length * columns.length];
    for (int y = 0; y < rows.length; y++) {
      double[] row = new double[w];
      for (int i = 0; i < small.length; i++) {
        row[i % w] += rows[y][i / w] * small[i];
      }
      for (int x = 0; x < columns.length; x++) {
        for (int j = 0; j < w; j++) {
          large[y * columns.length + x] += columns[x][j] * row[j];
        }
      }
    }
    return large;
  }

  /** The transpose of the enlargement. */
  private double[] reduced(double[] large) {
    int w = columns[0].length;
    double[] small = new double[rows[0].length * w];
    for (int y = 0; y < rows.length; y++) {
      double[] row = new double[w];
      for (int x = 0; x < columns.length; x++) {
        for (int j = 0; j < w; j++) {
          row[j] += columns[x][j] * large[y * columns.length + x];
        }
      }
      for (int i = 0; i < small.length; i++) {
        small[i] += rows[y][i / w] * row[i % w];
      }
    }
    return small;
  }
}
