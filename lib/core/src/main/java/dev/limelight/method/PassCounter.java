package dev.limelight.method;

import java.util.function.LongConsumer;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Counts the passes that methods make, a picture or a changed copy of one at a time. */
@API(status = Status.INTERNAL)
public final class PassCounter {

  private final LongConsumer listener;
  private long forwards;
  private long headForwards;
  private long headBackwards;
  private long backwards;

  /**
   * Begins with none.
   *
   * @param listener receives the number of passes after each batch
   */
  public PassCounter(LongConsumer listener) {
    this.listener = listener;
  }

  void forwards(long count) {
    forwards += count;
    listener.accept(count);
  }

  void headForwards(long count) {
    headForwards += count;
    listener.accept(count);
  }

  void headBackwards(long count) {
    headBackwards += count;
    listener.accept(count);
  }

  void backwards(long count) {
    backwards += count;
    listener.accept(count);
  }

  /** The work that a method planned, with the passes that it took. */
  public Work work(Work planned) {
    return planned
        .withoutPasses()
        .withForwards(forwards)
        .withHeadForwards(headForwards)
        .withHeadBackwards(headBackwards)
        .withBackwards(backwards)
        .withPrediction(planned.prediction());
  }
}
