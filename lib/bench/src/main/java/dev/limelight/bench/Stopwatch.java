package dev.limelight.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Times several pieces of work alternately, so that noise affects them equally. */
final class Stopwatch {

  private final Map<String, Runnable> work = new LinkedHashMap<>();

  Stopwatch add(String name, Runnable piece) {
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
  Map<String, Double> run(int warmUp, int rounds) {
    Map<String, double[]> times = new LinkedHashMap<>();
    work.keySet().forEach(name -> times.put(name, new double[rounds]));
    for (int round = -warmUp; round < rounds; round++) {
      List<String> order = new ArrayList<>(work.keySet());
      for (String name : order) {
        long start = System.nanoTime();
        work.get(name).run();
        if (round >= 0) {
          times.get(name)[round] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    times.forEach(
        (name, values) -> {
          Arrays.sort(values);
          medians.put(name, values[values.length / 2]);
        });
    return medians;
  }
}
