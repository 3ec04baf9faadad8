package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Finer;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.PerturbedCopies;
import dev.limelight.method.Work;
import dev.limelight.model.finer.FinerLayers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Poly-CAM: maps of one layer after the other, each refined by the next finer one. {@code A_lk} is
 * channel k of the output of layer l, y the score and x the picture.
 *
 * <ul>
 *   <li>{@code M_l = ReLU(sum_k w_lk A_lk)}
 *   <li>{@code w_lk = y(x U_lk)} for the variant plus, {@code ReLU(y(x) - y(x (1 - U_lk)))} for
 *       minus, and {@code ReLU(y(x U_lk) + y(x) - y(x (1 - U_lk)))} for both
 *   <li>{@code U_lk = R(c(A_lk))}, where R resizes to the picture (bilinear) and {@code c(v) = (v -
 *       low) / high}, clipped to [0, 1], with low and high the percentiles 0.1 and 99.9 of v
 *   <li>{@code P = M} at the explained layer; then from each layer to the next finer one {@code P_l
 *       = R(P) M_l / R(r(M_l))}, where r resizes to the size of P and R to that of {@code M_l}: the
 *       finer map says where within a cell, the coarser one how much
 *   <li>the map is {@code R(c(P))} of the finest layer
 * </ul>
 *
 * <p>It needs no gradients: the network runs once a channel of each layer, twice for both, batch by
 * batch. The paper's score is the probability of the class; the target {@code probability(C)} is
 * that. Its values are relative: no shares of the score. Not where time counts, nor for networks of
 * tokens, all of whose layers are of one size.
 *
 * @param variant plus, minus or both: PCAM+, PCAM- and PCAM± of the paper
 * @param fine the names of the finer layers, joined by a plus, or empty to find them by their
 *     shapes: one for each doubling of the sides
 * @see <a href="https://arxiv.org/abs/2204.13359">Englebert et al. 2022, Poly-CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record PolyCam(String variant, String fine) implements LayeredMethod {

  private static final String NAME = "poly-cam";
  private static final String PLUS = "plus";
  private static final String MINUS = "minus";
  private static final String BOTH = "both";

  private static final double PERCENTILE = 0.001;
  private static final float LEAST = 1e-12f;

  /** Both, with layers found by their shapes. */
  public PolyCam() {
    this(BOTH, "");
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no such variant, or the names are not joined by a
   *     plus
   */
  public PolyCam {
    variant = variant.strip();
    variant =
        switch (variant) {
          case "+" -> PLUS;
          case "-" -> MINUS;
          case "+-", "±" -> BOTH;
          default -> variant;
        };
    if (!List.of(PLUS, MINUS, BOTH).contains(variant)) {
      throw new IllegalArgumentException(
          "the variant of poly-cam is plus, minus or both, but got '" + variant + "'");
    }
    FinerLayers.names(NAME, fine, FinerLayers.ALL);
  }

  /** One channel at the input's size, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    List<NDArray> layers = new ArrayList<>(evidence.activations(finer(evidence::finer)));
    layers.add(0, evidence.activations());
    float[] scores = evidence.scores().toFloatArray();
    return Planes.maps(
        evidence,
        picture -> {
          Planes map = own(evidence, layers.get(0), picture, scores[picture]);
          for (NDArray layer : layers.subList(1, layers.size())) {
            map = refined(map, own(evidence, layer, picture, scores[picture]));
          }
          return Planes.enlarged(clipped(map.values()), map, evidence);
        });
  }

  /** M of one picture at one layer. */
  private Planes own(Evidence evidence, NDArray layer, int picture, float score) {
    Shape shape = layer.getShape();
    int channels = (int) shape.get(1);
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    float[] all = layer.get(picture).toFloatArray();
    float[][] planes = new float[channels][];
    for (int k = 0; k < channels; k++) {
      planes[k] = Arrays.copyOfRange(all, k * height * width, (k + 1) * height * width);
    }
    double[] sums = new double[height * width];
    float[] weights = weights(evidence, picture, planes, width, score);
    for (int k = 0; k < channels; k++) {
      for (int q = 0; q < sums.length; q++) {
        sums[q] += weights[k] * planes[k][q];
      }
    }
    float[] map = new float[sums.length];
    for (int q = 0; q < map.length; q++) {
      map[q] = (float) Math.max(0, sums[q]);
    }
    return new Planes(map, height, width);
  }

  private float[] weights(
      Evidence evidence, int picture, float[][] planes, int width, float score) {
    float[] weights = new float[planes.length];
    if (!variant.equals(MINUS)) {
      PerturbedCopies kept = copies(evidence, picture, planes, width, false);
      weights = evidence.scores(picture, planes.length, kept);
    }
    if (!variant.equals(PLUS)) {
      PerturbedCopies removed = copies(evidence, picture, planes, width, true);
      float[] others = evidence.scores(picture, planes.length, removed);
      for (int k = 0; k < weights.length; k++) {
        weights[k] = Math.max(0, weights[k] + score - others[k]);
      }
    }
    return weights;
  }

  private static PerturbedCopies copies(
      Evidence evidence, int picture, float[][] planes, int width, boolean removed) {
    NDArray one = evidence.input().get(picture + ":" + (picture + 1));
    int rows = (int) one.getShape().get(2);
    int columns = (int) one.getShape().get(3);
    return (from, to, scope) -> {
      float[] masks = new float[(to - from) * rows * columns];
      for (int k = from; k < to; k++) {
        float[] plane = clipped(planes[k]);
        float[] mask = Bilinear.resize(plane, width, plane.length / width, columns, rows);
        for (int q = 0; q < mask.length; q++) {
          masks[(k - from) * mask.length + q] = removed ? 1 - mask[q] : mask[q];
        }
      }
      return NativeArrays.of(scope, masks, new Shape(to - from, 1, rows, columns)).mul(one);
    };
  }

  private static Planes refined(Planes coarse, Planes own) {
    float[] shrunk = resized(own, coarse.width(), coarse.height());
    Planes small = new Planes(shrunk, coarse.height(), coarse.width());
    float[] mean = resized(small, own.width(), own.height());
    float[] share = Planes.both(own.values(), mean, (value, by) -> value / Math.max(by, LEAST));
    float[] strength = resized(coarse, own.width(), own.height());
    float[] product = Planes.both(share, strength, (one, other) -> one * other);
    return new Planes(product, own.height(), own.width());
  }

  private static float[] resized(Planes plane, int width, int height) {
    return Bilinear.resize(plane.values(), plane.width(), plane.height(), width, height);
  }

  /** Relative to the range between its lowest and highest values, without outliers. */
  private static float[] clipped(float[] plane) {
    float[] sorted = plane.clone();
    Arrays.sort(sorted);
    float low = (float) quantile(sorted, PERCENTILE);
    float high = Math.max((float) quantile(sorted, 1 - PERCENTILE), LEAST);
    return Planes.each(plane, value -> Math.max(0, Math.min(1, (value - low) / high)));
  }

  /** Linear between the two nearest values. */
  private static double quantile(float[] sorted, double at) {
    double position = at * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * ((double) sorted[above] - sorted[below]);
  }

  @Override
  public Method with(String layers) {
    return new PolyCam(variant, layers);
  }

  @Override
  public Work work(Conditions at) {
    Finer finer = finer(at.finer());
    long channels = at.channels() + finer.channels();
    return Work.of(
            "the picture through the mask of each channel of the layer and of "
                + String.join(", ", finer.names()))
        .withForwards(variant.equals(BOTH) ? 2 * channels : channels);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary(
            "Maps of several layers multiplied from coarse to fine, with channels weighted by the scores of masked pictures.")
        .withCost("one or two forwards a channel of each layer")
        .withPaper("Englebert et al., 2022")
        .withLink("https://arxiv.org/abs/2204.13359");
  }
}
