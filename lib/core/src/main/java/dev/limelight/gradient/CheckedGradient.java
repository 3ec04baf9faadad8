package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.MethodInfo.Family;
import dev.limelight.method.PerturbedCopies;
import dev.limelight.method.Work;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The map of a method, with a note that says how far the gradient g which it uses is from finite
 * differences: {@code max_d |(y(A + h d) - y(A - h d)) / 2h - <g, d>| / max_d |<g, d>|} over a few
 * directions d, where A are the activations, or the picture for a method of pixels, y is the score,
 * and h is 0.002 of the root mean square of A. A direction is the gradient's own, with random signs
 * as large added to it, so that the difference is well above rounding. About 1e-3 is rounding;
 * where ReLUs are at their kink it may be up to a tenth, and a wrong gradient gives about 1.
 *
 * @param inner a method that uses gradients
 */
@API(status = Status.INTERNAL)
public record CheckedGradient(Method inner) implements Method {

  /** The name of the note. */
  public static final String ERROR = "gradient error";

  private static final int DIRECTIONS = 4;

  private static final double STEP = 0.002;

  /**
   * Checks the method.
   *
   * @throws UnsupportedException if it uses no gradient
   */
  public CheckedGradient {
    if (!inner.info().gradients()) {
      throw new UnsupportedException(
          "the method " + inner.info().name() + " uses no gradient that could be checked");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray parts = inner.parts(evidence);
    double[] errors = new double[evidence.size()];
    NDArray at = ofPixels() ? evidence.input() : evidence.activations();
    NDArray gradients = ofPixels() ? evidence.inputGradients() : evidence.gradients();
    for (int i = 0; i < errors.length; i++) {
      String one = i + ":" + (i + 1);
      errors[i] = error(evidence, i, at.get(one), gradients.get(one));
    }
    evidence.note(ERROR, errors);
    return parts;
  }

  private boolean ofPixels() {
    return inner.info().family() == Family.GRADIENT;
  }

  private double error(Evidence evidence, int picture, NDArray at, NDArray gradient) {
    float[] values = at.toFloatArray();
    float[] slopes = gradient.toFloatArray();
    double step = STEP * rootMeanSquare(values);
    double unit = rootMeanSquare(slopes);
    float[] changes = new float[DIRECTIONS * values.length];
    double[] expected = new double[DIRECTIONS];
    Random random = new Random(picture);
    for (int i = 0; i < changes.length; i++) {
      double slope = slopes[i % values.length];
      double along = unit == 0 ? 0 : slope / unit;
      changes[i] = (float) (step * (along + (random.nextBoolean() ? 1 : -1)));
      expected[i / values.length] += slope * changes[i];
    }
    Shape shape = at.getShape();
    PerturbedCopies copies = (from, to, scope) -> copies(values, changes, shape, from, to, scope);
    float[] scores =
        ofPixels()
            ? evidence.scores(picture, 2 * DIRECTIONS, copies)
            : evidence.headScores(picture, 2 * DIRECTIONS, copies);
    double largest = 0;
    double error = 0;
    for (int d = 0; d < DIRECTIONS; d++) {
      double difference = ((double) scores[2 * d] - scores[2 * d + 1]) / 2;
      error = Math.max(error, Math.abs(difference - expected[d]));
      largest = Math.max(largest, Math.abs(expected[d]));
    }
    return error == 0 ? 0 : error / largest;
  }

  private static double rootMeanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  /** In pairs: a step forwards and a step backwards in each direction. */
  private static NDArray copies(
      float[] values, float[] changes, Shape shape, int from, int to, NDManager scope) {
    float[] all = new float[(to - from) * values.length];
    for (int i = 0; i < all.length; i++) {
      int copy = from + i / values.length;
      int place = i % values.length;
      float change = changes[copy / 2 * values.length + place];
      all[i] = values[place] + (copy % 2 == 0 ? change : -change);
    }
    return NativeArrays.of(scope, all, new Shape(to - from).addAll(shape.slice(1)));
  }

  @Override
  public NDArray together(NDArray parts) {
    return inner.together(parts);
  }

  @Override
  public Method resolved(Evidence evidence) {
    return new CheckedGradient(inner.resolved(evidence));
  }

  @Override
  public List<String> notes() {
    return inner.notes();
  }

  @Override
  public MethodInfo info() {
    return inner.info();
  }

  @Override
  public Map<String, Object> parameters() {
    return inner.parameters();
  }

  @Override
  public Work work(Conditions at) {
    Work work = inner.work(at);
    return ofPixels() ? work.withForwards(2 * DIRECTIONS) : work.withHeadForwards(2 * DIRECTIONS);
  }

  @Override
  public String unit(String score) {
    return inner.unit(score);
  }
}
