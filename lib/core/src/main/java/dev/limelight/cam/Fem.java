package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Feature explanation method: {@code sum_c m_c B_c} with {@code B_c = 1} where {@code A_c >= m_c +
 * k s_c} and 0 elsewhere. {@code A_c} is channel c of the layer's output, {@code m_c} and {@code
 * s_c} are the mean and the standard deviation of its activations over the locations. A channel
 * that is the same everywhere marks nothing. It knows no class and needs no gradients.
 *
 * <p>Not to distinguish classes: it gives all of them the same map. Not the map of the grad-cam
 * package, whose FEM adds up {@code b_c A_c} with {@code b_c} the share of marked locations.
 *
 * @param k standard deviations above the mean from where on a location is marked, 0 or above
 * @see <a href="https://hal.science/hal-02963298">Fuad et al. 2020, Features understanding in 3D
 *     CNNs for actions recognition in video</a>
 * @see <a href="https://deel-ai.github.io/xplique/latest/api/attributions/methods/fem">as in
 *     Xplique, FEM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Fem(double k) implements Method {

  /** With two standard deviations, as in Xplique. */
  public Fem() {
    this(2);
  }

  /**
   * Checks the number of standard deviations.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Fem {
    if (!(k >= 0 && Double.isFinite(k))) {
      throw new IllegalArgumentException(
          "the k of fem is a number of standard deviations, 0 or above, but got " + k + "; try 2");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    int locations = (int) activations.getShape().slice(2).size();
    float[] values = activations.toFloatArray();
    for (int from = 0; from < values.length; from += locations) {
      mark(values, from, from + locations);
    }
    return NativeArrays.of(activations.getManager(), values, activations.getShape());
  }

  /** Puts the mean of one channel where it is marked, and 0 elsewhere. */
  private void mark(float[] values, int from, int to) {
    double sum = 0;
    float least = values[from];
    float most = values[from];
    for (int i = from; i < to; i++) {
      sum += values[i];
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    double mean = sum / (to - from);
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    double threshold = mean + k * Math.sqrt(squares / (to - from));
    for (int i = from; i < to; i++) {
      values[i] = least < most && values[i] >= threshold ? (float) mean : 0;
    }
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("activations far above their channel's mean");
  }

  @Override
  public String unit(String score) {
    return Heatmap.ACTIVATION;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("fem")
        .withSummary(
            "Which channels are unusually strong at each location, weighted by their mean: for no class in particular.")
        .withoutClasses()
        .withCost("nothing")
        .withPaper("Fuad et al., IPTA 2020")
        .withLink("https://hal.science/hal-02963298");
  }
}
