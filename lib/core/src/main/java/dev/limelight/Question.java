package dev.limelight;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.util.List;
import java.util.function.IntFunction;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What an explainer is asked: pictures, targets and methods. Without more it is the top class of
 * each picture by Grad-CAM. Questions do not change; each method returns another one.
 *
 * <pre>{@code
 * explainer.explain(Question.of(pictures).methods(new LayerCam()).targets(Target.of("dog")));
 * }</pre>
 */
public final class Question {

  private final Source source;
  private final List<Method> methods;
  private final List<Target> targets;
  private final int best;
  private final boolean ofSet;

  private Question(
      Source source, List<Method> methods, List<Target> targets, int best, boolean ofSet) {
    this.source = source;
    this.methods = methods;
    this.targets = targets;
    this.best = best;
    this.ofSet = ofSet;
  }

  private static Question of(Source source) {
    return new Question(source, List.of(new GradCam()), List.of(Target.top()), 0, false);
  }

  /** Asks about pictures. */
  public static Question of(Picture... pictures) {
    return of(List.of(pictures));
  }

  /** Asks about pictures. */
  public static Question of(List<Picture> pictures) {
    return of(new Source.Pictures(pictures));
  }

  /**
   * Asks about a DJL image.
   *
   * @throws IllegalArgumentException if it does not hold a {@code BufferedImage}
   */
  public static Question of(Image image) {
    return of(Source.picture(image));
  }

  /**
   * Asks about a ready batch, which stays the caller's.
   *
   * @param batch (N, C, H, W) float32, preprocessed
   * @throws IllegalArgumentException if it is not (N, C, H, W) float32
   */
  public static Question of(NDArray batch) {
    return of(new Source.Batch(batch));
  }

  /**
   * Asks about ready inputs, which are computed when they are needed.
   *
   * @param count how many
   * @param inputs makes the i-th, (C, H, W) as {@link Preprocessing#apply} gives it; each is asked
   *     for once, in order
   */
  public static Question of(int count, IntFunction<float[]> inputs) {
    return of(new Source.Inputs(count, inputs));
  }

  /**
   * By these methods, which share one forward and one backward pass of the head.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Question methods(List<? extends Method> newMethods) {
    return new Question(source, atLeastOne(newMethods, "method"), targets, best, ofSet);
  }

  /** By these methods, which share one forward and one backward pass of the head. */
  public Question methods(Method... newMethods) {
    return methods(List.of(newMethods));
  }

  /**
   * About these targets, which share one forward pass.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Question targets(List<Target> newTargets) {
    return new Question(source, methods, atLeastOne(newTargets, "target"), 0, ofSet);
  }

  /** About these targets, which share one forward pass. */
  public Question targets(Target... newTargets) {
    return targets(List.of(newTargets));
  }

  /**
   * About the best classes of each picture, best first, from one forward pass.
   *
   * @param k how many
   * @throws IllegalArgumentException if it is below one
   */
  public Question best(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("the best classes are one or more, but got " + k);
    }
    return new Question(source, methods, List.of(), k, ofSet);
  }

  /**
   * About pictures of a larger set, so that a file for one picture is not taken for any of them.
   */
  @API(status = Status.INTERNAL)
  public Question ofSet() {
    return new Question(source, methods, targets, best, true);
  }

  private static <T> List<T> atLeastOne(List<? extends T> values, String noun) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "a question needs at least one " + noun + "; leave it out for the usual one");
    }
    return List.copyOf(values);
  }

  /** Whether there is one picture, and no other elsewhere. */
  boolean isOfOne() {
    return source.count() == 1 && !ofSet;
  }

  Source source() {
    return source;
  }

  List<Method> methods() {
    return methods;
  }

  /** As they are asked for; none where the best classes are asked for. */
  List<Target> targets() {
    return targets;
  }

  /** How many of the best classes are asked for, or 0. */
  int best() {
    return best;
  }

  /** How many explanations each picture has. */
  int slots() {
    return methods.size() * (best > 0 ? best : targets.size());
  }
}
