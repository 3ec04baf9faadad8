package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.SeparableConvolution;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * CAMERAS: {@code sum_k (1/n sum_s U(A_sk)) (1/n sum_s U(g_sk))}, at each pixel. s is one of n
 * scales, {@code A_sk} the activation of channel k for the picture at s times its size, {@code
 * g_sk} the gradient of the score there, and U enlarges to the picture's own size: bilinear,
 * half-pixel centres, clamped edges. The picture itself is enlarged by cubic interpolation. The map
 * is signed; the ReLU of the paper is the first step of making a heatmap of it.
 *
 * <p>Layers of a larger picture have more locations, which makes the map finer. Not for networks of
 * a fixed size, nor where objects of another size look different to the network.
 *
 * @param scales two or more, each once, from 1 to 8, joined by a plus. A scale of s costs {@code
 *     s^2} times the time and memory of the picture. The paper's are 1 to 4.1 in eight steps
 * @see <a href="https://arxiv.org/abs/2106.10649">Jalwana et al. 2021, CAMERAS</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Cameras(String scales) implements Method {

  private static final String NAME = "cameras";

  private static final double LARGEST = 8;

  /** Enlarged channels that exist at once. */
  private static final int CHANNELS = 32;

  /** At 1, 1.5 and 2 times the size. */
  public Cameras() {
    this("1+1.5+2");
  }

  /**
   * Checks the scales.
   *
   * @throws IllegalArgumentException if they are not two or more different ones from 1 to 8
   */
  public Cameras {
    List<Double> all = parsed(scales);
    boolean inside = all.stream().allMatch(scale -> scale >= 1 && scale <= LARGEST);
    if (!inside || all.size() < 2 || all.stream().distinct().count() < all.size()) {
      throw new IllegalArgumentException(
          "the scales of cameras are two or more different numbers from 1 to 8, joined by a plus,"
              + " but got '"
              + scales
              + "'; give such as 1+1.5+2");
    }
  }

  /** None of what is no list of numbers. */
  private static List<Double> parsed(String scales) {
    try {
      return Arrays.stream(scales.split("\\+", -1)).map(Double::valueOf).toList();
    } catch (NumberFormatException e) {
      return List.of();
    }
  }

  /** Those of the picture at a scale, (C, h, w). */
  private record Layer(NDArray activations, NDArray gradients) {}

  /** One channel at the input's size, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    NDList all = new NDList();
    for (int i = 0; i < evidence.size(); i++) {
      try (NDManager scope = evidence.input().getManager().newSubManager()) {
        List<Layer> layers = new ArrayList<>();
        for (double scale : parsed(scales)) {
          layers.add(layer(evidence, i, scale, scope));
        }
        NDArray map = fused(layers, evidence.input().getShape(), scope);
        map.attach(evidence.input().getManager());
        all.add(map);
      }
    }
    return NDArrays.stack(all);
  }

  private static Layer layer(Evidence evidence, int picture, double scale, NDManager scope) {
    Shape shape = evidence.input().getShape();
    int height = at(shape.get(2), scale);
    int width = at(shape.get(3), scale);
    if (height == shape.get(2) && width == shape.get(3)) {
      return new Layer(evidence.activations().get(picture), evidence.gradients().get(picture));
    }
    NDArray own = evidence.input().get(picture);
    own.attach(scope);
    NDArray larger =
        SeparableConvolution.apply(
            SeparableConvolution.bicubic((int) shape.get(2), height),
            own,
            SeparableConvolution.bicubic((int) shape.get(3), width));
    return evidence.resized(
        NAME,
        picture,
        larger.expandDims(0),
        copy -> new Layer(copy.activations().get(0), copy.gradients().get(0)));
  }

  private static int at(long length, double scale) {
    return (int) Math.round(length * scale);
  }

  /** Some channels at a time, as all of them at the picture's size are large. */
  private static NDArray fused(List<Layer> layers, Shape picture, NDManager scope) {
    int channels = (int) layers.get(0).activations.getShape().get(0);
    NDArray total = scope.zeros(new Shape(1, picture.get(2), picture.get(3)));
    for (int from = 0; from < channels; from += CHANNELS) {
      String range = from + ":" + Math.min(channels, from + CHANNELS);
      try (NDManager inner = scope.newSubManager()) {
        NDArray activations = mean(layers.stream().map(Layer::activations), range, picture, inner);
        NDArray gradients = mean(layers.stream().map(Layer::gradients), range, picture, inner);
        total.addi(activations.mul(gradients).sum(new int[] {0}, true));
      }
    }
    return total;
  }

  private static NDArray mean(
      Stream<NDArray> layers, String range, Shape picture, NDManager scope) {
    NDList enlarged = new NDList();
    layers.forEach(
        layer -> {
          NDArray some = layer.get(range);
          some.attach(scope);
          Shape shape = some.getShape();
          enlarged.add(
              SeparableConvolution.apply(
                  SeparableConvolution.bilinear((int) shape.get(1), (int) picture.get(2)),
                  some,
                  SeparableConvolution.bilinear((int) shape.get(2), (int) picture.get(3))));
        });
    NDArray sum = enlarged.get(0);
    for (int i = 1; i < enlarged.size(); i++) {
      sum = sum.add(enlarged.get(i));
    }
    return sum.div(enlarged.size());
  }

  @Override
  public Work work(Conditions at) {
    Work work = at.headBackward("gradients at the layer for larger pictures as well");
    long height = at.input().get(2);
    long width = at.input().get(3);
    for (double scale : parsed(scales)) {
      int high = at(height, scale);
      int wide = at(width, scale);
      if (high != height || wide != width) {
        at.sizes().require(NAME, high, wide);
        work =
            work.withForwards(1)
                .withHeadBackwards(1)
                .withArea(Math.max(work.area(), (double) high * wide / (height * width)));
      }
    }
    return work;
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary(
            "Grad-CAM with activations and gradients averaged over larger copies of the picture.")
        .withGradients()
        .withCost("one forward and head backward a scale, each of the scale's size")
        .withPaper("Jalwana et al., CVPR 2021")
        .withLink("https://arxiv.org/abs/2106.10649");
  }
}
