package dev.limelight.method;

/**
 * What a method takes for one picture, beside the one forward that gives the prediction.
 *
 * @param how the way that it is computed here
 * @param forwards forwards of the whole network
 * @param headForwards forwards of what follows the layer
 * @param headBackwards gradients of what follows the layer
 * @param backwards gradients of the whole network, each with its forward
 * @param same the method whose map is the same here up to scale, or null
 */
public record Work(
    String how, long forwards, long headForwards, long headBackwards, long backwards, String same) {

  /** Nothing beside the forward. */
  public static Work of(String how) {
    return new Work(how, 0, 0, 0, 0, null);
  }

  /** With forwards of the whole network. */
  public Work withForwards(long count) {
    return new Work(how, forwards + count, headForwards, headBackwards, backwards, same);
  }

  /** With forwards of what follows the layer. */
  public Work withHeadForwards(long count) {
    return new Work(how, forwards, headForwards + count, headBackwards, backwards, same);
  }

  /** With gradients of what follows the layer. */
  public Work withHeadBackwards(long count) {
    return new Work(how, forwards, headForwards, headBackwards + count, backwards, same);
  }

  /** With gradients of the whole network. */
  public Work withBackwards(long count) {
    return new Work(how, forwards, headForwards, headBackwards, backwards + count, same);
  }

  /** With the name of a method whose map is the same up to scale. */
  public Work sameAs(String method) {
    return new Work(how, forwards, headForwards, headBackwards, backwards, method);
  }

  /** All passes of either kind. */
  public long passes() {
    return forwards + headForwards + headBackwards + backwards;
  }

  /** The same steps, so many times, for a method that repeats another. */
  public Work times(long count, String newHow) {
    return new Work(
        newHow,
        forwards * count,
        headForwards * count,
        headBackwards * count,
        backwards * count,
        null);
  }
}
