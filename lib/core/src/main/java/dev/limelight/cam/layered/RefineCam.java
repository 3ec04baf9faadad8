package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.GradCamPlusPlus;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.finer.FinerLayers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * RefineCAM: {@code N(prod_l N(U(ReLU(M_l))))}, the product of maps of several layers. {@code M_l}
 * is the map of a method of one layer, computed at layer l from its output and the gradient of the
 * score there. U enlarges to the input's size (bilinear), and N stretches to [0, 1] by the minimum
 * and the maximum. The layers are the explained one and the finer ones; all gradients come from one
 * forward and one backward pass.
 *
 * <p>Its values are relative: no shares of the score. A pixel is blank where any of the maps is, so
 * the more layers, the less remains of the object. Not for networks of tokens, all of whose layers
 * are of one size.
 *
 * @param base the method of one layer: grad-cam++, grad-cam or layer-cam
 * @param fine the names of the finer layers, joined by a plus, or empty to find them by their
 *     shapes: one for each doubling of the sides
 * @see <a href="https://arxiv.org/abs/2605.14641">Domeniconi et al. 2026, How to evaluate and
 *     refine your CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record RefineCam(String base, String fine) implements LayeredMethod {

  private static final String NAME = "refine-cam";

  private static final List<String> BASES = List.of("grad-cam++", "grad-cam", "layer-cam");

  /** Of Grad-CAM++, with layers found by their shapes. */
  public RefineCam() {
    this(BASES.get(0), "");
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if the base is none of the methods, or the names are not
   *     joined by a plus
   */
  public RefineCam {
    base = base.strip().toLowerCase(Locale.ROOT);
    if (!BASES.contains(base)) {
      throw new IllegalArgumentException(
          "the base of refine-cam is one of "
              + String.join(", ", BASES)
              + ", but got '"
              + base
              + "'");
    }
    FinerLayers.names(NAME, fine, FinerLayers.ALL);
  }

  /** One channel at the input's size, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    List<Planes> layers =
        Planes.layers(evidence, finer(evidence::finer)).stream()
            .map(at -> Planes.positiveSum(parts(at.activations(), at.gradients())))
            .toList();
    return Planes.maps(
        evidence,
        picture -> {
          float[] product = new float[(int) evidence.input().getShape().slice(2).size()];
          Arrays.fill(product, 1);
          for (Planes layer : layers) {
            float[] plane = Planes.top(layer.plane(picture));
            float[] large = Planes.stretched(Planes.enlarged(plane, layer, evidence));
            product = Planes.both(product, large, (one, other) -> one * other);
          }
          return Planes.stretched(product);
        });
  }

  private NDArray parts(NDArray activations, NDArray gradients) {
    return switch (base) {
      case "grad-cam" -> GradCam.parts(activations, gradients);
      case "layer-cam" -> gradients.maximum(0f).mul(activations);
      default -> new GradCamPlusPlus().parts(activations, gradients);
    };
  }

  @Override
  public Method with(String layers) {
    return new RefineCam(base, layers);
  }

  @Override
  public Work work(Conditions at) {
    String names = String.join(", ", finer(at.finer()).names());
    return at.headBackward(base + " at the layer times that at " + names + ", from one pass");
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary("Maps of several layers multiplied from coarse to fine.")
        .withGradients()
        .withCost("one backward to the finest layer")
        .withPaper("Domeniconi et al., 2026")
        .withLink("https://arxiv.org/abs/2605.14641");
  }
}
