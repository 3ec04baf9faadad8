package dev.limelight.model.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Gradients of functions that a user wrote, which may compute with numbers, such as {@code
 * array.mul(2)}. DJL gives PyTorch an array of the number and closes it; PyTorch reads it again on
 * the way back, and a garbage collection in between frees its memory. A gradient during which
 * garbage was collected is therefore computed again.
 */
final class UndisturbedAutograd implements Autograd {

  private static final int MOST_TRIES = 10;

  private final Autograd autograd = new PtAutograd();

  @Override
  public <T> T inference(Supplier<T> work) {
    return autograd.inference(work);
  }

  @Override
  public Gradients gradients(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDList> scores) {
    return undisturbed(() -> autograd.gradients(cut, head, scores));
  }

  /**
   * Computes gradients until no garbage is collected meanwhile, or until two in a row are equal.
   *
   * @throws EngineException if neither happens
   */
  static Gradients undisturbed(Supplier<Gradients> work) {
    long before = collections();
    Gradients gradients = work.get();
    for (int tries = 1; collections() != before; tries++) {
      if (tries == MOST_TRIES) {
        throw new EngineException(
            "garbage was collected during each of "
                + MOST_TRIES
                + " computations of a gradient, which differ, as DJL frees numbers that PyTorch"
                + " still reads; give Java a larger heap, or multiply by arrays instead of"
                + " numbers in the blocks of this network");
      }
      before = collections();
      Gradients again = work.get();
      if (same(gradients, again)) {
        return again;
      }
      gradients = again;
    }
    return gradients;
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static boolean same(Gradients first, Gradients second) {
    return IntStream.range(0, first.perScore().size())
        .allMatch(
            i ->
                Arrays.equals(
                    first.perScore().get(i).toFloatArray(),
                    second.perScore().get(i).toFloatArray()));
  }
}
