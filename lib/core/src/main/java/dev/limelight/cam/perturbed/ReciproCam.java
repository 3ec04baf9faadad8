package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.SeparableConvolution;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.SharedCopies;
import dev.limelight.method.Work;
import java.util.List;
import java.util.stream.IntStream;
import org.kohsuke.MetaInfServices;

/**
 * Recipro-CAM: {@code y(A m_p) - min_q y(A m_q)} at each location p, the score of activations A of
 * which the mask {@code m_p} keeps that location only. It needs no gradients: what follows the
 * layer runs once per location. The smallest score is subtracted, as the paper's normalisation to
 * [0, 1] does, so that no location is below 0. Where the score is linear in the means of the
 * channels, it is the Grad-CAM map less its least value, and nothing runs.
 *
 * <p>Not where the head needs several locations at once to see anything.
 *
 * @param gaussian whether the mask is a Gaussian of 3 by 3 locations, (1 2 1) by (1 2 1) in parts
 *     of 16, instead of one location
 * @see <a href="https://arxiv.org/abs/2209.14074">Byun and Lee 2022, Recipro-CAM</a>
 */
@MetaInfServices(Method.class)
public record ReciproCam(boolean gaussian) implements Method {

  private static final float[] GAUSSIAN = {0.25f, 0.5f, 0.25f};
  private static final float[] SINGLE = {0, 1, 0};

  /** With one location at a time. */
  public ReciproCam() {
    this(false);
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray scores = evidence.linear() ? closed(evidence) : placed(evidence);
    return scores.sub(scores.min(new int[] {2}, true).min(new int[] {3}, true));
  }

  /** By the weights of the linear layer; without the bias, (N, 1, h, w). */
  NDArray closed(Evidence evidence) {
    NDArray map = new GradCam().map(evidence);
    if (gaussian) {
      int h = (int) map.getShape().get(1);
      int w = (int) map.getShape().get(2);
      map = SeparableConvolution.apply(mask(h), map, mask(w));
    }
    return map.expandDims(1);
  }

  /** By running what follows the layer at each location, (N, 1, h, w). */
  NDArray placed(Evidence evidence) {
    NDArray activations = evidence.activations();
    Shape shape = activations.getShape();
    int h = (int) shape.get(2);
    int w = (int) shape.get(3);
    float[] all = new float[evidence.size() * h * w];
    for (int i = 0; i < evidence.size(); i++) {
      NDArray single = activations.get(i + ":" + (i + 1));
      List<Integer> locations = IntStream.range(0, h * w).boxed().toList();
      float[] scores =
          evidence.shared(i, this).headScores(locations, kept(single, mask(h), mask(w)));
      System.arraycopy(scores, 0, all, i * h * w, h * w);
    }
    return NativeArrays.of(activations.getManager(), all, new Shape(evidence.size(), 1, h, w));
  }

  private static SharedCopies.Maker<Integer> kept(
      NDArray activations, float[][] rows, float[][] columns) {
    int h = rows.length;
    int w = columns.length;
    return (some, scope) -> {
      float[] masks = new float[some.size() * h * w];
      for (int i = 0; i < some.size(); i++) {
        int location = some.get(i);
        for (int q = 0; q < h * w; q++) {
          masks[i * h * w + q] = rows[location / w][q / w] * columns[location % w][q % w];
        }
      }
      return NativeArrays.of(scope, masks, new Shape(some.size(), 1, h, w)).mul(activations);
    };
  }

  private float[][] mask(int size) {
    return SeparableConvolution.neighbours(size, false, gaussian ? GAUSSIAN : SINGLE);
  }

  @Override
  public Work work(Conditions at) {
    return at.linear()
        ? at.headBackward("weights of the linear layer")
        : Work.of("the score of each place alone").withHeadForwards(at.locations());
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("recipro-cam")
        .withSummary("The score of the layer with one location kept at a time.")
        .withCost("one head forward a place, or one head backward on a linear head")
        .withPaper("Byun and Lee, 2022")
        .withLink("https://arxiv.org/abs/2209.14074");
  }
}
