package dev.limelight.model.loading;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineLock;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;

/**
 * A network whose forward is timed: both parts, cut at the layer that is explained when none is
 * named.
 */
final class ForwardTrial implements AutoCloseable {

  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 5;

  /** Of each network in a round. */
  private static final int FORWARDS = 2;

  /** A large network is measured in fewer rounds, but in two at least. */
  private static final long LONGEST_NANOSECONDS = 3_000_000_000L;

  /** An engine's threads wait for more work, and hinder another's, for some time after each run. */
  private static final long PAUSE_MILLISECONDS = 50;

  /** Of the largest; gradients through many layers round more than logits. */
  private static final double GRADIENTS = 1e-3;

  /**
   * One of so many may differ by more: where a ReLU gets what is zero but for rounding, its
   * gradient is all or nothing.
   */
  private static final int KINKS = 1000;

  private static final int[] TOP = {1};

  private final EngineLock lock;
  private final Network network;
  private final NDManager scope;
  private final NDArray picture;
  private final SplitModel split;

  /**
   * Prepares a trial.
   *
   * @param network which stays the caller's
   * @param input the shape of one picture, (C, H, W)
   */
  ForwardTrial(Network network, Shape input) {
    this.network = network;
    lock = EngineLock.of(network.manager().getEngine());
    scope = network.manager().newSubManager();
    try {
      float[] values = new float[Math.toIntExact(input.size())];
      Random random = new Random(0);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      picture = NativeArrays.of(scope, values, new Shape(1).addAll(input));
      split = lock.call(() -> network.split(network.defaultLayer(input, null).path()));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Compares the gradient of the top score at the cut, and sees whether that of the picture can be
   * computed.
   *
   * @throws UnsupportedException if it cannot, or they differ
   */
  static void checkGradients(ForwardTrial expected, ForwardTrial found) {
    if (!isSame(expected.gradient(), found.gradient())) {
      throw new UnsupportedException("its gradients are others there");
    }
    found.lock.call(
        () -> {
          try (SplitModel whole = found.network.whole();
              NDManager own = found.scope.newSubManager()) {
            return top(whole, whole.features(found.input(own)));
          }
        });
  }

  private float[] gradient() {
    return lock.call(
        () -> {
          try (NDManager own = scope.newSubManager()) {
            return top(split, split.features(input(own)));
          }
        });
  }

  private static float[] top(SplitModel part, Cut cut) {
    return part.gradients(cut, logits -> new NDList(logits.max(TOP)))
        .perScore()
        .get(0)
        .toFloatArray();
  }

  /** Whether two gradients are the same but for rounding, and for a few kinks. */
  static boolean isSame(float[] expected, float[] found) {
    if (expected.length != found.length) {
      return false;
    }
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    int others = 0;
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - found[i]) <= GRADIENTS * largest)) {
        others++;
      }
    }
    return others <= Math.max(1, expected.length / KINKS);
  }

  /**
   * The median time of a forward of each, in milliseconds; they take turns.
   *
   * @throws CancellationException if the thread is interrupted
   */
  static List<Double> milliseconds(List<ForwardTrial> trials) {
    List<List<Long>> times = new ArrayList<>();
    for (ForwardTrial trial : trials) {
      times.add(new ArrayList<>());
      for (int i = 0; i < WARM_UPS; i++) {
        trial.forward();
      }
    }
    long start = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 1 && System.nanoTime() - start > LONGEST_NANOSECONDS) {
        break;
      }
      for (int i = 0; i < trials.size(); i++) {
        pause();
        // The first one wakes the threads.
        trials.get(i).forward();
        for (int k = 0; k < FORWARDS; k++) {
          times.get(i).add(trials.get(i).forward());
        }
      }
    }
    return times.stream().map(ForwardTrial::median).toList();
  }

  private static double median(List<Long> times) {
    List<Long> sorted = times.stream().sorted().toList();
    return sorted.get(sorted.size() / 2) / 1e6;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while engines were compared");
    }
  }

  private long forward() {
    return lock.call(
        () -> {
          long start = System.nanoTime();
          try (NDManager own = scope.newSubManager()) {
            split.head(split.features(input(own))).toFloatArray();
          }
          return System.nanoTime() - start;
        });
  }

  private NDArray input(NDManager manager) {
    NDArray input = picture.duplicate();
    input.attach(manager);
    return input;
  }

  @Override
  public void close() {
    split.close();
    scope.close();
  }
}
