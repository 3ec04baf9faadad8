package dev.limelight.io;

import java.util.random.RandomGenerator;

/** A random permutation, each as likely as any other (Fisher and Yates), in place. */
public final class FisherYates {

  private FisherYates() {}

  /** Exchanges two elements. */
  public interface Swap {
    /** Exchanges the elements at these indices, which may be the same. */
    void swap(int one, int other);
  }

  /**
   * Permutes elements.
   *
   * @param count how many there are
   * @param random drawn from once for each but the first
   */
  public static void shuffle(int count, RandomGenerator random, Swap elements) {
    for (int i = count - 1; i > 0; i--) {
      elements.swap(i, random.nextInt(i + 1));
    }
  }
}
