package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.method.Evidence;
import dev.limelight.method.PerturbedCopies;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Adds up what is found at many changed copies of a picture, of which only some exist at once. */
final class Streamed {

  private Streamed() {}

  /**
   * The sum over all copies.
   *
   * @param picture its place in the batch
   * @param count how many copies
   * @param copies makes them
   * @param found what is looked for, one a copy
   * @return of the shape of what is found for one, attached to the manager of the pictures
   */
  static NDArray sum(
      Evidence evidence,
      int picture,
      int count,
      PerturbedCopies copies,
      Function<Evidence, NDArray> found) {
    NDManager outer = evidence.input().getManager();
    // Going back, each output has a gradient beside it.
    int batch = Math.max(1, evidence.batch() / 2);
    @Nullable NDArray total = null;
    for (int from = 0; from < count; from += batch) {
      try (NDManager scope = outer.newSubManager()) {
        int to = Math.min(count, from + batch);
        Evidence some = evidence.copies(picture, copies.make(from, to, scope));
        NDArray sum = found.apply(some).sum(new int[] {0});
        if (total == null) {
          sum.attach(outer);
          total = sum;
        } else {
          total.addi(sum);
        }
      }
    }
    return Objects.requireNonNull(total, "there is at least one copy");
  }
}
