package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.finer.FinerLayers;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * LayerCAM fused over layers: {@code max_l U(s_l(M_l / max M_l))} with {@code M_l = ReLU(sum_k
 * ReLU(g_lk) A_lk)}, LayerCAM at layer l. {@code A_lk} is channel k of the output of layer l, and
 * {@code g_lk} the gradient of the score there. {@code s_l(v) = tanh(gamma v)} at shallow layers,
 * whose maps are faint, and {@code s_l(v) = v} at the others. U enlarges to the input's size
 * (bilinear), and the maximum over the layers is taken at each pixel. The layers are the explained
 * one and the finer ones; all gradients come from one forward and one backward pass.
 *
 * <p>Its values are relative: no shares of the score. Not where evidence against the class counts,
 * which it leaves out. Not for networks of tokens, all of whose layers are of one size.
 *
 * @param gamma how much faint maps are raised, above 0
 * @param deep the number of layers, from the explained one down, that are not raised; the paper
 *     leaves out the last two of VGG-16's five, and torchcam raises all, with 0
 * @param fine the names of the finer layers, joined by a plus, or empty to find them by their
 *     shapes: one for each doubling of the sides
 * @see <a href="https://doi.org/10.1109/TIP.2021.3089943">Jiang et al. 2021, LayerCAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record LayerCamFused(double gamma, int deep, String fine) implements LayeredMethod {

  private static final String NAME = "layer-cam-fused";

  /** As in the paper, with layers found by their shapes. */
  public LayerCamFused() {
    this(2, 2, "");
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if one of them does not suit
   */
  public LayerCamFused {
    if (!(gamma > 0 && Double.isFinite(gamma)) || deep < 0) {
      throw new IllegalArgumentException(
          "layer-cam-fused takes a gamma above 0 and a number of deep layers, 0 or above, but got"
              + " gamma "
              + gamma
              + " and deep "
              + deep);
    }
    FinerLayers.names(NAME, fine, FinerLayers.ALL);
  }

  /** One channel at the input's size, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    List<Planes> layers =
        Planes.layers(evidence, finer(evidence::finer)).stream()
            .map(at -> Planes.positiveSum(at.gradients().maximum(0f).mul(at.activations())))
            .toList();
    return Planes.maps(
        evidence,
        picture -> {
          float[] fused = new float[(int) evidence.input().getShape().slice(2).size()];
          for (int i = 0; i < layers.size(); i++) {
            float[] plane = Planes.top(layers.get(i).plane(picture));
            float[] scaled = i < deep ? plane : raised(plane);
            float[] large = Planes.enlarged(scaled, layers.get(i), evidence);
            fused = Planes.both(fused, large, Math::max);
          }
          return fused;
        });
  }

  private float[] raised(float[] plane) {
    return Planes.each(plane, value -> (float) Math.tanh(gamma * value));
  }

  @Override
  public Method with(String layers) {
    return new LayerCamFused(gamma, deep, layers);
  }

  @Override
  public Work work(Conditions at) {
    String names = String.join(", ", finer(at.finer()).names());
    return at.headBackward("gradients at the layer and at " + names + ", from one pass");
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary("LayerCAM at several layers, of which the strongest at each location is kept.")
        .withGradients()
        .withCost("one backward to the finest layer")
        .withPaper("Jiang et al., TIP 2021")
        .withLink("https://doi.org/10.1109/TIP.2021.3089943");
  }
}
