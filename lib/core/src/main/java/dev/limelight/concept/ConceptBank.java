package dev.limelight.concept;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The concepts of a class as directions of a layer's activations: small, so that it can be sent to
 * other machines.
 *
 * @param layer whose channels they are made of
 * @param target the class, as {@link dev.limelight.target.Target#parse} reads it
 * @param parts (k, C), each of length 1, without negative values
 */
public record ConceptBank(String layer, String target, double[][] parts) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Keeps its own copy. */
  public ConceptBank {
    parts = copy(parts);
  }

  /** A copy of the directions. */
  @Override
  public double[][] parts() {
    return copy(parts);
  }

  /** How many concepts there are. */
  public int size() {
    return parts.length;
  }

  private static double[][] copy(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }

  /** The same concepts in another order. */
  ConceptBank ordered(int[] order) {
    return new ConceptBank(
        layer, target, Arrays.stream(order).mapToObj(j -> parts[j]).toArray(double[][]::new));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConceptBank bank
        && layer.equals(bank.layer)
        && target.equals(bank.target)
        && Arrays.deepEquals(parts, bank.parts);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(parts);
  }

  @Override
  public String toString() {
    return parts.length + " concepts of " + target + " at layer " + layer;
  }
}
