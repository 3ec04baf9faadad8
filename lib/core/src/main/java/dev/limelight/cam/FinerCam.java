package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.kohsuke.MetaInfServices;

/**
 * Finer-CAM: Grad-CAM of {@code y_c - alpha mean_d(y_d)}, where c is the class and d goes over the
 * classes whose logits are nearest to its own: what distinguishes the class from similar ones. The
 * map is {@code sum_k w_k A_k} with {@code w_k = mean_xy} of that score's gradient.
 *
 * <p>Not where no class is close to the explained one: then it is Grad-CAM for more.
 *
 * @param alpha how strongly the others are taken off; 0 gives Grad-CAM
 * @param references how many of the nearest classes are compared with, or all others if there are
 *     fewer
 * @see <a href="https://arxiv.org/abs/2501.11309">Zhang et al. 2025, Finer-CAM</a>
 */
@MetaInfServices(Method.class)
public record FinerCam(double alpha, int references) implements Method {

  /** As the paper: alpha 0.6 and three classes. */
  public FinerCam() {
    this(0.6, 3);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if alpha is negative or there is nothing to compare with
   */
  public FinerCam {
    if (!(alpha >= 0 && Double.isFinite(alpha)) || references < 1) {
      throw new IllegalArgumentException(
          "finer-cam needs an alpha of at least 0 and at least one reference class, but got alpha "
              + alpha
              + " with "
              + references
              + "; choose such as 0.6 and 3");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    return GradCam.parts(evidence.activations(), evidence.gradients(comparison(evidence)));
  }

  private Target comparison(Evidence evidence) {
    NDArray logits = evidence.logits();
    int k = (int) logits.getShape().get(1);
    int[] classes = evidence.target().classes(logits);
    float[] values = logits.toFloatArray();
    float[] others = new float[values.length];
    for (int i = 0; i < classes.length; i++) {
      int explained = classes[i];
      if (k < 2 || explained < 0) {
        throw new UnsupportedException(
            "finer-cam compares a class with others, and "
                + (k < 2 ? "this network has one output" : "this target is no class")
                + "; use grad-cam, or choose a class of a network that has several");
      }
      int row = i * k;
      List<Integer> nearest =
          IntStream.range(0, k)
              .filter(d -> d != explained)
              .boxed()
              .sorted(
                  Comparator.comparing(d -> Math.abs(values[row + d] - values[row + explained])))
              .limit(references)
              .toList();
      nearest.forEach(d -> others[row + d] = (float) (alpha / nearest.size()));
    }
    Shape shape = new Shape(classes.length, k);
    Target nearest =
        Target.function(
            z -> z.mul(NativeArrays.of(z.getManager(), others, shape)).sum(new int[] {1}),
            "the nearest classes");
    return Target.difference(evidence.target(), nearest);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("finer-cam")
        .withSummary("Grad-CAM of what tells the class from the classes most like it.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Zhang et al., CVPR 2025")
        .withLink("https://arxiv.org/abs/2501.11309");
  }
}
