package dev.limelight.relevance;

import ai.djl.ndarray.NDArray;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.method.Evidence;

/** Shares of a score that are meant to add up to it. */
final class Shares {

  private Shares() {}

  /** Notes by how much the sum of each picture's shares, (N, C, H, W), misses the score. */
  static NDArray noted(Evidence evidence, NDArray shares) {
    float[] values = shares.toFloatArray();
    float[] scores = evidence.scores().toFloatArray();
    int one = values.length / scores.length;
    double[] gaps = new double[scores.length];
    for (int i = 0; i < values.length; i++) {
      gaps[i / one] += values[i];
    }
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] -= scores[i];
    }
    evidence.note(IntegratedGradients.GAP, gaps);
    return shares;
  }
}
