package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import dev.limelight.cam.layered.Spots.Factor;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.finer.FinerLayers;
import dev.limelight.model.finer.Focus;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * The spotlight without gradients below the explained layer: {@code top(U(top N(A2))^2p U(top
 * N(A4))^(2p/3) U(top C)^c)}. C is the positive part of Grad-CAM at the explained layer, of h x w
 * locations. A2 and A4 are the outputs of the last layers with at least 2h - 1 and 4h - 3 rows, and
 * columns likewise, that everything passes. {@code N(A) = ||A - mean A||_2} over the channels, with
 * the mean over the locations: what differs from the picture's mean feature. U enlarges to the
 * input's size (bilinear), and top divides by the maximum. It costs one forward and a gradient of
 * what follows the explained layer.
 *
 * <p>The map is where the object is, sharper than the explained layer. Its values are relative: no
 * shares of the score, and blank where Grad-CAM is. Not for networks of tokens, all of whose layers
 * are of one size.
 *
 * @param focus part, object or whole; or class, which is object with the class's log-odds against
 *     all others as its score, for pictures of several objects; or the exponents p:c such as 1.5:1;
 *     the larger p, the more the map keeps to what tells the class instead of the whole object
 * @param fine the names of the two finer layers, joined by a plus, or empty to find them by their
 *     shapes
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Spotlight(String focus, String fine) implements LayeredMethod {

  private static final String NAME = "spotlight";

  private static final int LAYERS = 2;

  /** Of objects, with layers found by their shapes. */
  public Spotlight() {
    this(Focus.OBJECT, "");
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no such focus, or not two layers
   */
  public Spotlight {
    Focus.of(focus);
    FinerLayers.names(NAME, fine, LAYERS);
  }

  /** One channel at the input's size, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence given) {
    Focus by = Focus.of(focus);
    Evidence evidence = by.againstOthers() ? given.againstOthers() : given;
    // Before all else, so that one forward gives all three layers.
    List<NDArray> layers = evidence.activations(finer(evidence::finer));
    NDArray last = evidence.activations();
    return Spots.product(
        evidence,
        List.of(
            new Factor(Spots.spread(layers.get(0)), by.finer()),
            new Factor(Spots.spread(layers.get(1)), by.finest()),
            new Factor(Spots.gradCam(last, evidence.gradients()), by.coarse())));
  }

  @Override
  public int layers() {
    return LAYERS;
  }

  @Override
  public Method with(String layers) {
    return new Spotlight(focus, layers);
  }

  @Override
  public Work work(Conditions at) {
    List<String> names = finer(at.finer()).names();
    return at.headBackward("gradients at the layer, and what " + Spots.and(names) + " see");
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary(
            "Grad-CAM sharpened by what stands out at two finer layers: finds the object, for the cost of one forward pass.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Limelight, 2026");
  }
}
