package dev.limelight.model.input;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How many copies of a picture go through a network at once, found by measuring: more at once are
 * faster only until they outgrow the processor's caches. It begins with a few, doubles them while
 * the time per copy does not rise, and then keeps to the fastest.
 */
@API(status = Status.INTERNAL)
public final class BatchSize {

  private static final int FIRST = 4;

  /** An engine prepares itself at the first batch of a size. */
  private static final int RUNS = 2;

  /** A larger batch is not worth its memory for less than this. */
  private static final double FASTER = 0.97;

  /** The time of other work on the machine must not end the search. */
  private static final double SLOWER = 1.1;

  private final int most;
  private int size;
  private int runs;
  private double time = Double.POSITIVE_INFINITY;
  private int best;
  private double bestTime = Double.POSITIVE_INFINITY;
  private boolean found;

  /**
   * Begins to search.
   *
   * @param most how many fit into memory, 1 or more
   */
  public BatchSize(int most) {
    this.most = most;
    size = Math.min(FIRST, most);
    best = size;
    found = size == most;
  }

  /** How many to run next. */
  public int next() {
    return found ? best : size;
  }

  /** Whether the search has ended. */
  public boolean isFound() {
    return found;
  }

  /**
   * Takes note of a batch. One of another size than {@link #next}, such as the rest of a set, says
   * nothing.
   *
   * @param copies how many
   * @param nanoseconds how long they took
   */
  public void measured(int copies, long nanoseconds) {
    if (found || copies != size) {
      return;
    }
    time = Math.min(time, nanoseconds / (double) copies);
    runs++;
    if (runs < RUNS) {
      return;
    }
    if (time < FASTER * bestTime) {
      best = size;
      bestTime = time;
    }
    found = size == most || time > SLOWER * bestTime;
    size = Math.min(most, 2 * size);
    runs = 0;
    time = Double.POSITIVE_INFINITY;
  }
}
