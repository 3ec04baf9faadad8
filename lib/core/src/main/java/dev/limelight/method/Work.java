package dev.limelight.method;

import org.jspecify.annotations.Nullable;

/**
 * The cost of a method for one picture, in addition to the one forward pass that gives the
 * prediction.
 *
 * @param how the way that it is computed here
 * @param forwards forward passes of the whole network
 * @param headForwards forward passes of what follows the layer
 * @param headBackwards gradients of what follows the layer
 * @param backwards gradients of the whole network, each with its forward pass
 * @param prediction whether it needs the prediction's forward; if not, a changed copy of the
 *     picture needs none either
 * @param same the method whose map is the same here up to scale, or null
 */
public record Work(
    String how,
    long forwards,
    long headForwards,
    long headBackwards,
    long backwards,
    boolean prediction,
    @Nullable String same) {

  /** Nothing in addition to the forward pass. */
  public static Work of(String how) {
    return new Work(how, 0, 0, 0, 0, true, null);
  }

  /** With forward passes of the whole network. */
  public Work withForwards(long count) {
    return new Work(
        how, forwards + count, headForwards, headBackwards, backwards, prediction, same);
  }

  /** With forward passes of what follows the layer. */
  public Work withHeadForwards(long count) {
    return new Work(how, forwards, headForwards + count, headBackwards, backwards, true, same);
  }

  /** With gradients of what follows the layer. */
  public Work withHeadBackwards(long count) {
    return new Work(how, forwards, headForwards, headBackwards + count, backwards, true, same);
  }

  /** With gradients of the whole network. */
  public Work withBackwards(long count) {
    return new Work(
        how, forwards, headForwards, headBackwards, backwards + count, prediction, same);
  }

  /** With the prediction's forward needed or not. */
  public Work withPrediction(boolean needed) {
    return new Work(how, forwards, headForwards, headBackwards, backwards, needed, same);
  }

  /** Computed in another way by the same passes; then it is no other method's map any more. */
  public Work withHow(String newHow) {
    return new Work(newHow, forwards, headForwards, headBackwards, backwards, prediction, null);
  }

  /** With the name of a method whose map is the same up to scale. */
  public Work sameAs(String method) {
    return new Work(how, forwards, headForwards, headBackwards, backwards, prediction, method);
  }

  /** All passes of either kind. */
  public long passes() {
    return forwards + headForwards + headBackwards + backwards;
  }

  /** The same steps at so many changed copies of the picture, for a method that repeats another. */
  public Work onCopies(long count, String newHow) {
    return new Work(
        newHow,
        forwards * count + (prediction ? count : 0),
        headForwards * count,
        headBackwards * count,
        backwards * count,
        false,
        null);
  }

  /** These steps, and those of another. */
  public Work and(Work other) {
    return new Work(
        how,
        forwards + other.forwards,
        headForwards + other.headForwards,
        headBackwards + other.headBackwards,
        backwards + other.backwards,
        prediction || other.prediction,
        null);
  }
}
