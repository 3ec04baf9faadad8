package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The first principal component of what channels say at the locations of a layer. The locations are
 * points in channel space, their mean is removed, and each is projected on the direction in which
 * they vary most. Of the two Gram matrices, of locations and of channels, the smaller one is
 * enough, so there is no singular value decomposition.
 */
@API(status = Status.INTERNAL)
public final class PrincipalComponent {

  /** A reference below this share of what a sum of the channels could be is rounding. */
  private static final double ROUNDING = 1e-5;

  private PrincipalComponent() {}

  /**
   * Projects each location on the first component.
   *
   * @param parts (N, C, h, w)
   * @param reference (N, h, w); a component has no sign and gets the one that agrees with this, or
   *     if this is rounding, as the sum of channels is behind a LayerNorm, with the sum of squares
   * @return (N, h, w), of the manager of the parts
   */
  public static NDArray project(NDArray parts, NDArray reference) {
    NDList all = new NDList();
    for (int i = 0; i < parts.getShape().get(0); i++) {
      all.add(one(parts.get(i), reference.get(i).toFloatArray()));
    }
    return NDArrays.stack(all);
  }

  private static NDArray one(NDArray parts, float[] reference) {
    Shape shape = parts.getShape();
    int channels = (int) shape.get(0);
    int locations = (int) (shape.get(1) * shape.get(2));
    double[] projected;
    double[] squares;
    double scale;
    try (NDManager scope = parts.getManager().newSubManager()) {
      NDArray flat = parts.reshape(channels, locations);
      flat.attach(scope);
      NDArray centred = flat.sub(flat.sum(new int[] {1}, true).div(locations));
      // Squares of very small or large numbers are none in float.
      float size = centred.abs().max().toFloatArray()[0];
      centred = size > 0 ? centred.div(size) : centred;
      scale = (double) size * size;
      squares = doubles(centred.mul(centred).sum(new int[] {0}).toFloatArray());
      if (locations <= channels) {
        LargestEigenvalue first = LargestEigenvalue.of(gram(centred.transpose(), centred));
        projected = scaled(first.vector(), size * Math.sqrt(Math.max(0, first.value())));
      } else {
        LargestEigenvalue first = LargestEigenvalue.of(gram(centred, centred.transpose()));
        NDArray direction = NativeArrays.of(scope, floats(first.vector()), new Shape(1, channels));
        projected = scaled(doubles(direction.matMul(centred).toFloatArray()), size);
      }
    }
    double[] given = centred(doubles(reference));
    double largest = channels * Arrays.stream(squares).sum() * scale;
    boolean isRounding = dot(given, given) < ROUNDING * ROUNDING * largest;
    double agreement = dot(projected, isRounding ? centred(squares) : given);
    float[] signed = floats(scaled(projected, agreement < 0 ? -1 : 1));
    return NativeArrays.of(parts.getManager(), signed, new Shape(shape.get(1), shape.get(2)));
  }

  private static double[] centred(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(value -> value - mean).toArray();
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  private static double[][] gram(NDArray left, NDArray right) {
    NDArray product = left.matMul(right);
    int n = (int) product.getShape().get(0);
    float[] values = product.toFloatArray();
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = doubles(Arrays.copyOfRange(values, i * n, (i + 1) * n));
    }
    return rows;
  }

  private static double[] scaled(double[] vector, double factor) {
    return Arrays.stream(vector).map(value -> value * factor).toArray();
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
