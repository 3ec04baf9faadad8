package dev.limelight.perturb;

import dev.limelight.detection.Box;

/**
 * A detection with what it is compared by.
 *
 * @param box in pixels of the input
 * @param scores of the classes
 */
record Proposal(Box box, float[] scores) {

  /** {@code a . b / (|a| |b|)} of two class vectors; 0 where one is all zeros. */
  static double cosine(float[] a, int atA, float[] b, int atB, int classes) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int c = 0; c < classes; c++) {
      product += (double) a[atA + c] * b[atB + c];
      squareA += (double) a[atA + c] * a[atA + c];
      squareB += (double) b[atB + c] * b[atB + c];
    }
    double squares = squareA * squareB;
    return squares > 0 ? product / Math.sqrt(squares) : 0;
  }
}
