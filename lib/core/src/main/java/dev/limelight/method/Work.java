package dev.limelight.method;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cost of a method for one picture, in addition to the one forward pass that gives the
 * prediction.
 *
 * @param how how it is computed at this layer
 * @param forwards forward passes of the whole network
 * @param headForwards forward passes of what follows the layer
 * @param headBackwards gradients of what follows the layer
 * @param backwards gradients of the whole network, each with its forward pass
 * @param prediction whether it needs the prediction's forward; if not, a changed copy of the
 *     picture needs none either
 * @param area the pixels of the largest copy, as a multiple of those of the picture
 * @param same the method whose map is the same at this layer up to scale, or null
 */
public record Work(
    String how,
    long forwards,
    long headForwards,
    long headBackwards,
    long backwards,
    boolean prediction,
    double area,
    @Nullable String same) {

  /** Nothing in addition to the forward pass. */
  public static Work of(String how) {
    return new Work(how, 0, 0, 0, 0, true, 1, null);
  }

  /** With forward passes of the whole network. */
  public Work withForwards(long count) {
    return changed(work -> work.forwards += count);
  }

  /** With forward passes of what follows the layer. */
  public Work withHeadForwards(long count) {
    return changed(
        work -> {
          work.headForwards += count;
          work.prediction = true;
        });
  }

  /** With gradients of what follows the layer. */
  public Work withHeadBackwards(long count) {
    return changed(
        work -> {
          work.headBackwards += count;
          work.prediction = true;
        });
  }

  /** With gradients of the whole network. */
  public Work withBackwards(long count) {
    return changed(work -> work.backwards += count);
  }

  /** With the prediction's forward needed or not. */
  public Work withPrediction(boolean needed) {
    return changed(work -> work.prediction = needed);
  }

  /** With copies that are so many times as large as the picture. */
  public Work withArea(double times) {
    return changed(work -> work.area = times);
  }

  /** Computed in another way by the same passes; then it is no other method's map any more. */
  public Work withHow(String newHow) {
    return changed(
        work -> {
          work.how = newHow;
          work.same = null;
        });
  }

  /** With the name of a method whose map is the same up to scale. */
  public Work sameAs(String method) {
    return changed(work -> work.same = method);
  }

  /** All passes of either kind. */
  public long passes() {
    return forwards + headForwards + headBackwards + backwards;
  }

  /** The same steps at so many changed copies of the picture, for a method that repeats another. */
  public Work onCopies(long count, String newHow) {
    return of(newHow)
        .withForwards(forwards * count + (prediction ? count : 0))
        .withHeadForwards(headForwards * count)
        .withHeadBackwards(headBackwards * count)
        .withBackwards(backwards * count)
        .withArea(area)
        .withPrediction(false);
  }

  /** These steps, and those of another. */
  public Work and(Work other) {
    // The steps of two methods together give no other method's map.
    return withHow(how)
        .withForwards(other.forwards)
        .withHeadForwards(other.headForwards)
        .withHeadBackwards(other.headBackwards)
        .withBackwards(other.backwards)
        .withArea(Math.max(area, other.area))
        .withPrediction(prediction || other.prediction);
  }

  /** The same before any pass is made. */
  Work withoutPasses() {
    return changed(
        work -> {
          work.forwards = 0;
          work.headForwards = 0;
          work.headBackwards = 0;
          work.backwards = 0;
        });
  }

  private Work changed(Consumer<Draft> change) {
    Draft draft = new Draft();
    change.accept(draft);
    return draft.finished();
  }

  /** This work, to be changed by the names of its parts: in a row, numbers are easily exchanged. */
  private final class Draft {

    private String how = Work.this.how;
    private long forwards = Work.this.forwards;
    private long headForwards = Work.this.headForwards;
    private long headBackwards = Work.this.headBackwards;
    private long backwards = Work.this.backwards;
    private boolean prediction = Work.this.prediction;
    private double area = Work.this.area;
    private @Nullable String same = Work.this.same;

    private Work finished() {
      return new Work(
          how, forwards, headForwards, headBackwards, backwards, prediction, area, same);
    }
  }
}
