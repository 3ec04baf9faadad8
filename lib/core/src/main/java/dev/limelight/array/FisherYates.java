package dev.limelight.array;

import java.util.Random;

/**
 * Shuffles: each order is as likely as any other.
 *
 * @see <a href="https://doi.org/10.1145/364520.364540">Durstenfeld 1964, Algorithm 235: Random
 *     Permutation</a>
 */
public final class FisherYates {

  private FisherYates() {}

  /** Exchanges the items at two places. */
  @FunctionalInterface
  public interface Swap {

    /** Exchanges them; the places may be the same. */
    void apply(int one, int other);
  }

  /**
   * Shuffles in place.
   *
   * @param size how many items there are
   */
  public static void shuffle(int size, Random random, Swap swap) {
    for (int i = size - 1; i > 0; i--) {
      swap.apply(i, random.nextInt(i + 1));
    }
  }

  /** The numbers from 0 to before a size in a random order. */
  public static int[] order(int size, Random random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
