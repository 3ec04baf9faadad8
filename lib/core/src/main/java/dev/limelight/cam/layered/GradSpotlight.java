package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import dev.limelight.cam.layered.Spots.Factor;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Finer;
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
 * The spotlight: {@code top(U(top S)^p U(top C)^c)}. C is the positive part of Grad-CAM at the
 * explained layer, of h x w locations. {@code S = ||g||_2 ||A - mean A||_2} over the channels of a
 * finer layer A, the last one with at least 2h - 1 rows and 2w - 1 columns that everything passes;
 * g is the gradient of the score there and the mean goes over the locations: what the score depends
 * on, where it differs from the picture's mean feature. U enlarges to the input's size (bilinear),
 * and top divides by the maximum. Both gradients come from one forward and one backward pass.
 *
 * <p>Where strides of one convolution skip cells, as in the shortcuts of a ResNet, the gradient
 * lies on one cell of four. If that one holds more than half of {@code ||g||^2}, this is smoothed
 * by [1 2 1] / 4 in both directions before the root.
 *
 * <p>The map is where the object is, sharper than the explained layer. Its values are relative: no
 * shares of the score, and blank where Grad-CAM is. Not for networks of tokens, all of whose layers
 * are of one size.
 *
 * @param focus part, object or whole; or class, which is object with the class's log-odds against
 *     all others as its score, for pictures of several objects; or the exponents p:c such as 1.5:1;
 *     the larger p, the more the map keeps to what tells the class instead of the whole object
 * @param fine the name of the finer layer, or empty to find it by its shape
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record GradSpotlight(String focus, String fine) implements LayeredMethod {

  private static final String NAME = "grad-spotlight";

  private static final int LAYERS = 1;

  /** The share of one cell of four above which it is no chance. */
  private static final double UNEVEN = 0.5;

  /** Of objects, with a layer found by its shape. */
  public GradSpotlight() {
    this(Focus.OBJECT, "");
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no such focus, or not one layer
   */
  public GradSpotlight {
    Focus.of(focus);
    FinerLayers.names(NAME, fine, LAYERS);
  }

  /** One channel at the input's size, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence given) {
    Focus by = Focus.of(focus);
    Evidence evidence = by.againstOthers() ? given.againstOthers() : given;
    Finer finer = finer(evidence::finer);
    Finer.Slopes slopes = evidence.gradients(finer);
    NDArray layer = evidence.activations(finer).get(0);
    NDArray last = evidence.activations();
    return Spots.product(
        evidence,
        List.of(
            new Factor(seen(layer, slopes.finer().get(0)), by.fine()),
            new Factor(Spots.gradCam(last, slopes.explained()), by.coarse())));
  }

  /** S of each picture. */
  private static Planes seen(NDArray activations, NDArray gradients) {
    Planes spread = Spots.spread(activations);
    int height = spread.height();
    int width = spread.width();
    float[] squares = Spots.squares(gradients);
    for (int from = 0; from < squares.length; from += height * width) {
      smoothIfUneven(squares, from, height, width);
    }
    float[] seen =
        Planes.both(spread.values(), squares, (value, square) -> value * (float) Math.sqrt(square));
    return new Planes(seen, height, width);
  }

  private static void smoothIfUneven(float[] squares, int from, int height, int width) {
    double[] cells = new double[4];
    for (int i = 0; i < height * width; i++) {
      cells[i / width % 2 * 2 + i % width % 2] += squares[from + i];
    }
    double sum = cells[0] + cells[1] + cells[2] + cells[3];
    double most = Math.max(Math.max(cells[0], cells[1]), Math.max(cells[2], cells[3]));
    if (most > UNEVEN * sum) {
      for (int row = 0; row < height; row++) {
        smooth(squares, from + row * width, 1, width);
      }
      for (int column = 0; column < width; column++) {
        smooth(squares, from + column, width, height);
      }
    }
  }

  /** By [1 2 1] / 4 along one line, whose ends are repeated. */
  private static void smooth(float[] values, int from, int step, int count) {
    float before = values[from];
    for (int i = 0; i < count; i++) {
      int at = from + i * step;
      float own = values[at];
      float after = i + 1 < count ? values[at + step] : own;
      values[at] = (before + 2 * own + after) / 4;
      before = own;
    }
  }

  @Override
  public int layers() {
    return LAYERS;
  }

  @Override
  public Method with(String layers) {
    return new GradSpotlight(focus, layers);
  }

  @Override
  public Work work(Conditions at) {
    List<String> names = finer(at.finer()).names();
    return at.headBackward("gradients at the layer and at " + Spots.and(names) + ", from one pass");
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary(
            "Grad-CAM sharpened by what stands out and counts at a finer layer: finds the part that tells the class.")
        .withGradients()
        .withCost("one backward to a finer layer")
        .withPaper("Limelight, 2026");
  }
}
