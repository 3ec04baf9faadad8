package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.BatchedGradients;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PerturbedCopies;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * Integrated gradients: {@code (x - b) * integral from 0 to 1 of dy/dx (b + t (x - b)) dt}, the
 * gradient of the score y on the straight way from a baseline b to the preprocessed picture x, by
 * the midpoint rule. The map sums to {@code y(x) - y(b)}; what is missing is noted as "completeness
 * gap", {@code sum - (y(x) - y(b))}, and shrinks with the number of steps.
 *
 * <p>Not without a thought for the baseline: pixels that equal it get nothing.
 *
 * @param baseline b, the value of every pixel and channel of the preprocessed baseline
 * @param steps into how many pieces the way is cut
 * @see <a href="https://arxiv.org/abs/1703.01365">Sundararajan et al. 2017, Axiomatic
 *     Attribution</a>
 */
@MetaInfServices(Method.class)
public record IntegratedGradients(float baseline, int steps) implements Method {

  /** The name of the note of what the map's sum misses. */
  public static final String GAP = "completeness gap";

  /** From a baseline of 0 in 64 steps. */
  public IntegratedGradients() {
    this(0, 64);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the baseline is not finite or there is no step
   */
  public IntegratedGradients {
    if (!Float.isFinite(baseline)) {
      throw new IllegalArgumentException(
          "the baseline is a finite value of the preprocessed picture, but got "
              + baseline
              + "; 0 is usual");
    }
    if (steps < 1) {
      throw new IllegalArgumentException(
          "integrated-gradients takes at least one step, but got " + steps + "; 64 is usual");
    }
  }

  /** One a channel of the picture, signed, (N, C, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    NDList all = new NDList();
    double[] gaps = new double[evidence.size()];
    float[] scores = evidence.scores().toFloatArray();
    for (int i = 0; i < evidence.size(); i++) {
      NDArray single = evidence.input().get(i + ":" + (i + 1));
      NDArray difference = single.sub(baseline);
      NDArray slopes =
          BatchedGradients.sum(evidence, i, steps, way(difference), Evidence::inputGradients);
      NDArray parts = difference.squeeze(0).mul(slopes.div(steps));
      PerturbedCopies start = (from, to, scope) -> scope.zeros(single.getShape()).add(baseline);
      float first = evidence.scores(i, 1, start)[0];
      gaps[i] = sum(parts) - ((double) scores[i] - first);
      all.add(parts);
    }
    evidence.note(GAP, gaps);
    return NDArrays.stack(all);
  }

  private PerturbedCopies way(NDArray difference) {
    return (from, to, scope) -> {
      float[] shares = new float[to - from];
      for (int k = from; k < to; k++) {
        shares[k - from] = (float) ((k + 0.5) / steps);
      }
      return NativeArrays.of(scope, shares, new Shape(to - from, 1, 1, 1))
          .mul(difference)
          .add(baseline);
    };
  }

  private static double sum(NDArray parts) {
    double sum = 0;
    for (float part : parts.toFloatArray()) {
      sum += part;
    }
    return sum;
  }

  @Override
  public Work work(Conditions at) {
    return at.backward("gradients on the way from the baseline")
        .onCopies(steps, "gradients on the way from the baseline")
        .withForwards(1)
        .withPrediction(true);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("integrated-gradients")
        .withSummary(
            "The gradient along the way from a blank picture to this one, times the difference; the shares add up to the change of the score.")
        .withCost(steps + " backwards and one forward")
        .withPaper("Sundararajan et al., ICML 2017")
        .withLink("https://arxiv.org/abs/1703.01365");
  }
}
