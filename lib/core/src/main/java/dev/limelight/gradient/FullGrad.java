package dev.limelight.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.Network;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * FullGrad: {@code p(x dy/dx) + sum_l U(p(b_l dy/db_l))}, the input times its gradient and each
 * bias times the gradient where it is added, location by location. p takes the absolute values,
 * stretches them to [0, 1] over the whole layer and sums over its channels; U enlarges to the
 * input's size (bilinear, half-pixel centres).
 *
 * <p>The shift of a batch normalisation is a bias, and so is the bound that a clipped ReLU puts
 * out. Without p, all shares of a network of ReLUs add up to the score y, those of layers without
 * locations included. What is missing is noted as "completeness gap", {@code sum - y}; it is not
 * near 0 where activations such as SiLU, or products of activations, are no straight pieces.
 *
 * <p>Not where evidence for and against is to be told apart: the map has no sign.
 *
 * @see <a href="https://arxiv.org/abs/1905.00780">Srinivas and Fleuret 2019, Full-Gradient
 *     Representation</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record FullGrad() implements Method {

  /** One channel at the input's size, (N, 1, H, W); none is below 0. */
  @Override
  public NDArray parts(Evidence evidence) {
    NDArray input = evidence.input();
    Shape shape = input.getShape();
    int n = evidence.size();
    int size = (int) shape.slice(2).size();
    float[] maps = new float[n * size];
    double[] gaps = new double[n];
    for (int i = 0; i < n; i++) {
      // One by one: the shares of all layers take much memory.
      try (NDManager scope = input.getManager().newSubManager()) {
        NDArray picture = input.get(i + ":" + (i + 1));
        picture.attach(scope);
        Network.BiasShares shares = evidence.copies(i, picture).biasShares();
        Sum sum = new Sum((int) shape.get(2), (int) shape.get(3));
        sum.add(picture.mul(shares.gradients()));
        shares.maps().forEach(sum::add);
        System.arraycopy(sum.map, 0, maps, i * size, size);
        gaps[i] = sum.total + shares.others().toFloatArray()[0];
      }
    }
    float[] scores = evidence.scores().toFloatArray();
    for (int i = 0; i < n; i++) {
      gaps[i] -= scores[i];
    }
    evidence.note(IntegratedGradients.GAP, gaps);
    return NativeArrays.of(input.getManager(), maps, new Shape(n, 1, shape.get(2), shape.get(3)));
  }

  /** The map of one picture as it grows, and the sum of all shares. */
  private static final class Sum {
    private final int height;
    private final int width;
    private final float[] map;
    private double total;

    Sum(int height, int width) {
      this.height = height;
      this.width = width;
      map = new float[height * width];
    }

    /** Adds the shares of one layer, (1, C, h, w). */
    void add(NDArray shares) {
      float[] values = shares.toFloatArray();
      int rows = (int) shares.getShape().get(2);
      int columns = (int) shares.getShape().get(3);
      for (float value : values) {
        total += value;
      }
      float[] plane = stretched(values, rows * columns);
      float[] enlarged = Bilinear.resize(plane, columns, rows, width, height);
      for (int i = 0; i < map.length; i++) {
        map[i] += enlarged[i];
      }
    }

    /** Absolute values, stretched to [0, 1] over all channels and then summed over them. */
    private static float[] stretched(float[] values, int locations) {
      float least = Float.POSITIVE_INFINITY;
      float most = 0;
      for (float value : values) {
        least = Math.min(least, Math.abs(value));
        most = Math.max(most, Math.abs(value));
      }
      float[] plane = new float[locations];
      if (most > least) {
        for (int i = 0; i < values.length; i++) {
          plane[i % locations] += (Math.abs(values[i]) - least) / (most - least);
        }
      }
      return plane;
    }
  }

  @Override
  public Work work(Conditions at) {
    return at.biasBackward("gradients at the picture and at every bias");
  }

  @Override
  public String unit(String score) {
    return "relative";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient("full-grad")
        .withSummary(
            "The input and every bias of the network times the gradient there: shares that add up to the score of a network of ReLUs.")
        .withCost("one backward; .onnx and .pt2 files only")
        .withPaper("Srinivas and Fleuret, NeurIPS 2019")
        .withLink("https://arxiv.org/abs/1905.00780");
  }
}
