package dev.limelight.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Times pieces of work of this process and of Python's, one after the other in each turn. Beside
 * the time that passes it counts that of all cores, which depends less on what else the machine
 * does.
 */
public final class ProcessorStopwatch {

  private static final long WARM_UP_NANOSECONDS = 6_000_000_000L;

  private final List<Piece> pieces = new ArrayList<>();

  /** Work, a clock of the process that does it, and its times in each turn. */
  private record Piece(
      String name, Runnable work, DoubleSupplier cpu, List<Double> wall, List<Double> cores) {

    Piece(String name, Runnable work, DoubleSupplier cpu) {
      this(name, work, cpu, new ArrayList<>(), new ArrayList<>());
    }

    void turn(boolean counts) {
      double cpuBefore = cpu.getAsDouble();
      long before = System.nanoTime();
      work.run();
      double passed = (System.nanoTime() - before) / 1e6;
      double used = cpu.getAsDouble() - cpuBefore;
      if (counts) {
        wall.add(passed);
        cores.add(used);
      }
    }

    Time time() {
      return new Time(name, median(wall), median(cores));
    }

    private static double median(List<Double> times) {
      return times.stream().sorted().toList().get(times.size() / 2);
    }
  }

  /**
   * The medians of a piece of work.
   *
   * @param wall the milliseconds that passed
   * @param cores the milliseconds that all cores worked for it
   */
  public record Time(String name, double wall, double cores) {}

  /** Adds work of this process. */
  public ProcessorStopwatch here(String name, Runnable work) {
    pieces.add(new Piece(name, work, ProcessorStopwatch::cpu));
    return this;
  }

  /** Adds a turn of Python's. */
  public ProcessorStopwatch there(Peers peers, String name, String turn) {
    pieces.add(new Piece(name, () -> peers.turn(turn), peers::cpu));
    return this;
  }

  /** Java compiles what runs often, and that would count as work. */
  public ProcessorStopwatch warmUp() {
    long end = System.nanoTime() + WARM_UP_NANOSECONDS;
    while (System.nanoTime() < end) {
      pieces.forEach(piece -> piece.turn(false));
    }
    return this;
  }

  /** Runs all pieces so many times; the first turns, ten at most, do not count. */
  public List<Time> run(int turns) {
    for (int turn = -Math.min(10, turns / 2); turn < turns; turn++) {
      for (Piece piece : pieces) {
        piece.turn(turn >= 0);
      }
    }
    return pieces.stream().map(Piece::time).toList();
  }

  /**
   * The milliseconds that all cores have worked for this process, as Linux counts them for each
   * thread: Java's own clock of the process goes by steps of 10 ms.
   */
  private static double cpu() {
    double total = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        Path file = thread.resolve("schedstat");
        if (Files.isReadable(file)) {
          total += Double.parseDouble(Files.readString(file).split(" ")[0]) / 1e6;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return total;
  }
}
