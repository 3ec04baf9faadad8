package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Evidence;
import java.util.Arrays;
import java.util.List;

/** What the spotlights are made of: one plane a picture, and their product at the input's size. */
final class Spots {

  private Spots() {}

  /** Names in a sentence. */
  static String and(List<String> names) {
    return String.join(" and ", names);
  }

  /**
   * A plane for each picture, of which powers are multiplied.
   *
   * @param planes before they are enlarged
   * @param exponent of the enlarged plane
   */
  record Factor(Planes planes, double exponent) {

    /** Divided by the maximum, enlarged, and then raised. */
    private float[] raised(int picture, Evidence evidence) {
      float[] own = Planes.top(planes.plane(picture));
      float[] enlarged = Planes.enlarged(own, planes, evidence);
      return Planes.each(enlarged, power(exponent));
    }
  }

  /** {@code x^e} of {@code x >= 0}; quarters by roots, in a tenth of the time of a power. */
  static Planes.FloatChange power(double exponent) {
    double quarters = 4 * exponent;
    if (quarters != Math.rint(quarters)) {
      return value -> (float) Math.pow(value, exponent);
    }
    int whole = (int) exponent;
    int rest = (int) quarters % 4;
    return value -> {
      double power = 1;
      for (int i = 0; i < whole; i++) {
        power *= value;
      }
      double half = rest == 0 ? 1 : Math.sqrt(value);
      return (float)
          switch (rest) {
            case 0 -> power;
            case 1 -> power * Math.sqrt(half);
            case 2 -> power * half;
            default -> power * half * Math.sqrt(half);
          };
    };
  }

  /** {@code ||A - mean A||_2} over the channels at each location, the mean over the locations. */
  static Planes spread(NDArray activations) {
    Shape shape = activations.getShape();
    long locations = shape.get(2) * shape.get(3);
    NDArray mean = activations.sum(new int[] {2, 3}, true).div(locations);
    float[] squares = squares(activations.sub(mean));
    float[] roots = Planes.each(squares, value -> (float) Math.sqrt(value));
    return new Planes(roots, (int) shape.get(2), (int) shape.get(3));
  }

  /** The sum of squares over the channels at each location. */
  static float[] squares(NDArray array) {
    return array.mul(array).sum(new int[] {1}).toFloatArray();
  }

  /** The positive part of Grad-CAM. */
  static Planes gradCam(NDArray activations, NDArray gradients) {
    return Planes.positiveSum(GradCam.parts(activations, gradients));
  }

  /** The product, divided by its maximum, (N, 1, H, W); zero where one of the factors is. */
  static NDArray product(Evidence evidence, List<Factor> factors) {
    return Planes.maps(
        evidence,
        picture -> {
          float[] product = new float[(int) evidence.input().getShape().slice(2).size()];
          Arrays.fill(product, 1);
          for (Factor factor : factors) {
            float[] raised = factor.raised(picture, evidence);
            product = Planes.both(product, raised, (one, other) -> one * other);
          }
          return Planes.top(product);
        });
  }
}
