package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.event.BatchEvent;
import dev.limelight.event.Span;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** Gradients of many changed copies, or of many targets, of which only a batch exists at once. */
@API(status = Status.INTERNAL)
public final class BatchedGradients {

  private BatchedGradients() {}

  /** Takes the gradients of some targets. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Takes some.
     *
     * @param first the index of the first of the targets
     * @param picture the index of their picture in the batch
     * @param gradients of their scores at the layer, one a target, (T, C, h, w); freed afterwards
     */
    void take(int first, int picture, NDArray gradients);
  }

  /**
   * Hands on the gradients of all targets that are asked for together. Those of boxes never all
   * exist at once, unless another method has asked for them before.
   *
   * @param all the evidence of these targets, in their order
   */
  public static void each(List<Evidence> all, Taker taker) {
    all.get(0).ofTargets().each(taker);
  }

  /**
   * The sum of a function over all copies.
   *
   * @param picture its index in the batch
   * @param count how many copies
   * @param copies makes them
   * @param function computes one summand a copy
   * @return of the shape of one summand, attached to the manager of the pictures
   */
  public static NDArray sum(
      Evidence evidence,
      int picture,
      int count,
      PerturbedCopies copies,
      Function<Evidence, NDArray> function) {
    NDManager outer = evidence.input().getManager();
    int batch = evidence.gradientsAtOnce();
    @Nullable NDArray total = null;
    for (int from = 0; from < count; from += batch) {
      int to = Math.min(count, from + batch);
      int size = to - from;
      Span span = Span.begin(() -> new BatchEvent("gradients", size));
      try (NDManager scope = outer.newSubManager()) {
        Evidence batchEvidence = evidence.copies(picture, copies.make(from, to, scope));
        NDArray sum = function.apply(batchEvidence).sum(new int[] {0});
        if (total == null) {
          sum.attach(outer);
          total = sum;
        } else {
          total.addi(sum);
        }
      }
      span.end();
    }
    return Objects.requireNonNull(total, "there is at least one copy");
  }
}
