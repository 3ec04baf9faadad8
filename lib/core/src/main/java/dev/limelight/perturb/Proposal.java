package dev.limelight.perturb;

import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import java.util.Arrays;

/**
 * A detection with what it is compared by.
 *
 * @param box in pixels of the input
 * @param scores of the classes
 */
record Proposal(Box box, float[] scores) {

  /** One of a list of what was found, of which no more than the class is known. */
  static Proposal ofClass(Detection found) {
    float[] scores = new float[found.classIndex() + 1];
    scores[found.classIndex()] = 1;
    return new Proposal(found.box(), scores);
  }

  /** The same with so many classes; those that are added have no score. */
  Proposal of(int classes) {
    return scores.length >= classes ? this : new Proposal(box, Arrays.copyOf(scores, classes));
  }

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
