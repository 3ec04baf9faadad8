package dev.limelight.detection;

import java.util.Comparator;

/**
 * An object that a detector found.
 *
 * @param classIndex its class, counted from 0
 * @param score of the class, times the objectness where there is one
 * @param box in pixels of the network's input, or of the picture once it is {@link #on} it
 * @param candidate the index of the candidate that it is, among all before suppression
 */
public record Detection(int classIndex, double score, Box box, int candidate) {

  /** Puts the highest score first, and of equal ones the first candidate. */
  public static final Comparator<Detection> BY_SCORE =
      Comparator.comparingDouble((Detection one) -> -one.score)
          .thenComparingInt(Detection::candidate)
          .thenComparingInt(Detection::classIndex);

  /** The same with another box, such as that in pixels of the picture. */
  public Detection on(Box other) {
    return new Detection(classIndex, score, other, candidate);
  }
}
