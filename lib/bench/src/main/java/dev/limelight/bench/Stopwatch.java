package dev.limelight.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times several pieces of work alternately, so that noise affects them equally. */
public final class Stopwatch {

  private final Map<String, Runnable> work = new LinkedHashMap<>();

  private record Piece(Runnable work, double[] times) {

    double median() {
      Arrays.sort(times);
      return times[times.length / 2];
    }
  }

  /** With one more piece of work. */
  public Stopwatch add(String name, Runnable piece) {
    work.put(name, piece);
    return this;
  }

  /**
   * Runs all pieces.
   *
   * @param warmUp rounds that are not counted
   * @param rounds rounds that are counted
   * @return the median milliseconds of each piece
   */
  public Medians run(int warmUp, int rounds) {
    Map<String, Piece> pieces = new LinkedHashMap<>();
    work.forEach((name, piece) -> pieces.put(name, new Piece(piece, new double[rounds])));
    for (int round = -warmUp; round < rounds; round++) {
      for (Piece piece : pieces.values()) {
        long start = System.nanoTime();
        piece.work().run();
        if (round >= 0) {
          piece.times()[round] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    pieces.forEach((name, piece) -> medians.put(name, piece.median()));
    return new Medians(medians);
  }
}
