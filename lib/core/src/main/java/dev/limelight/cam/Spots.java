package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Evidence;
import java.util.Arrays;
import java.util.List;

/** What the spotlights are made of: one plane a picture, and their product at the input's size. */
final class Spots {

  /** A plane whose maximum is smaller is zero. */
  private static final float LEAST = 1e-12f;

  /** Values that are divided by their maximum. */
  static final String UNIT = "relative";

  private Spots() {}

  /** Names in a sentence. */
  static String and(List<String> names) {
    return String.join(" and ", names);
  }

  /**
   * A plane for each picture, of which powers are multiplied.
   *
   * @param values row by row, picture by picture
   * @param height its rows
   * @param width its columns
   * @param exponent of the enlarged plane
   */
  record Factor(float[] values, int height, int width, double exponent) {

    static Factor of(float[] values, Shape activations, double exponent) {
      return new Factor(values, (int) activations.get(2), (int) activations.get(3), exponent);
    }

    /** Divided by the maximum, enlarged, and then raised. */
    private float[] raised(int picture, int width, int height) {
      int size = this.width * this.height;
      float[] own = Arrays.copyOfRange(values, picture * size, (picture + 1) * size);
      float[] enlarged = Bilinear.resize(top(own), this.width, this.height, width, height);
      for (int i = 0; i < enlarged.length; i++) {
        enlarged[i] = (float) Math.pow(enlarged[i], exponent);
      }
      return enlarged;
    }
  }

  /** {@code ||A - mean A||_2} over the channels at each location, the mean over the locations. */
  static float[] spread(NDArray activations) {
    Shape shape = activations.getShape();
    long locations = shape.get(2) * shape.get(3);
    NDArray mean = activations.sum(new int[] {2, 3}, true).div(locations);
    return norm(activations.sub(mean));
  }

  /** The sum of squares over the channels at each location. */
  static float[] squares(NDArray array) {
    return array.mul(array).sum(new int[] {1}).toFloatArray();
  }

  private static float[] norm(NDArray array) {
    float[] squares = squares(array);
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (float) Math.sqrt(squares[i]);
    }
    return squares;
  }

  /** The positive part of Grad-CAM. */
  static float[] gradCam(NDArray activations, NDArray gradients) {
    float[] map = GradCam.parts(activations, gradients).sum(new int[] {1}).toFloatArray();
    for (int i = 0; i < map.length; i++) {
      map[i] = Math.max(0, map[i]);
    }
    return map;
  }

  /** The product, divided by its maximum, (N, 1, H, W); zero where one of the factors is. */
  static NDArray product(Evidence evidence, List<Factor> factors) {
    Shape input = evidence.input().getShape();
    int height = (int) input.get(2);
    int width = (int) input.get(3);
    float[] all = new float[evidence.size() * height * width];
    for (int picture = 0; picture < evidence.size(); picture++) {
      float[] product = new float[height * width];
      Arrays.fill(product, 1);
      for (Factor factor : factors) {
        float[] raised = factor.raised(picture, width, height);
        for (int i = 0; i < product.length; i++) {
          product[i] *= raised[i];
        }
      }
      System.arraycopy(top(product), 0, all, picture * product.length, product.length);
    }
    Shape shape = new Shape(evidence.size(), 1, height, width);
    return NativeArrays.of(evidence.input().getManager(), all, shape);
  }

  private static float[] top(float[] plane) {
    float most = LEAST;
    for (float value : plane) {
      most = Math.max(most, value);
    }
    float[] result = plane.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] /= most;
    }
    return result;
  }
}
