package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.kohsuke.MetaInfServices;

/**
 * A control: the edges of the picture, {@code sqrt(G_x^2 + G_y^2)} with {@code G_x} and {@code G_y}
 * the Sobel slopes of the mean of its channels, edge pixels repeated outwards. It knows nothing of
 * the network, and is of the picture's size and not of the layer's. A map that looks like this may
 * show the picture and not the network.
 *
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo et al. 2018, Sanity Checks for Saliency
 *     Maps</a>
 */
@MetaInfServices(Method.class)
public record Sobel() implements Method {

  /** One (N, 1, H, W) of the picture's size. */
  @Override
  public NDArray parts(Evidence evidence) {
    NDArray input = evidence.input();
    Shape shape = input.getShape();
    int h = (int) shape.get(2);
    int w = (int) shape.get(3);
    NDArray grey = input.sum(new int[] {1}).div(shape.get(1));
    NDArray across = SeparableConvolution.apply(smoothed(h), grey, slope(w));
    NDArray down = SeparableConvolution.apply(slope(h), grey, smoothed(w));
    return across.mul(across).add(down.mul(down)).sqrt().expandDims(1);
  }

  private static float[][] smoothed(int size) {
    return SeparableConvolution.neighbours(size, true, 1, 2, 1);
  }

  private static float[][] slope(int size) {
    return SeparableConvolution.neighbours(size, true, -1, 0, 1);
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("edges of the picture").withPrediction(false);
  }

  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("sobel")
        .withSummary("The edges of the picture.")
        .asControl()
        .withCost("nothing")
        .withPaper("a control");
  }
}
