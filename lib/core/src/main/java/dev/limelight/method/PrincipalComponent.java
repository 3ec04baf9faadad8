package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import java.util.Arrays;
import java.util.SplittableRandom;
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

  /** The Krylov space that the component is looked for in, and how often it is begun again. */
  private static final int STEPS = 32;

  private static final int ROUNDS = 20;
  private static final double ENOUGH = 1e-7;

  private PrincipalComponent() {}

  /**
   * Projects each location on the first component.
   *
   * @param parts (N, C, h, w)
   * @param reference (N, h, w); a component has no sign and gets the one that agrees with this
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
    try (NDManager scope = parts.getManager().newSubManager()) {
      NDArray flat = parts.reshape(channels, locations);
      flat.attach(scope);
      NDArray centred = flat.sub(flat.sum(new int[] {1}, true).div(locations));
      // Squares of very small or large numbers are none in float.
      float size = centred.abs().max().toFloatArray()[0];
      centred = size > 0 ? centred.div(size) : centred;
      if (locations <= channels) {
        Eigen first = largest(gram(centred.transpose(), centred), locations);
        projected = scaled(first.vector(), size * Math.sqrt(Math.max(0, first.value())));
      } else {
        Eigen first = largest(gram(centred, centred.transpose()), channels);
        NDArray direction = NativeArrays.of(scope, floats(first.vector()), new Shape(1, channels));
        projected = scaled(doubles(direction.matMul(centred).toFloatArray()), size);
      }
    }
    double agreement = 0;
    double mean = Arrays.stream(doubles(reference)).average().orElse(0);
    for (int i = 0; i < locations; i++) {
      agreement += projected[i] * (reference[i] - mean);
    }
    float[] signed = floats(scaled(projected, agreement < 0 ? -1 : 1));
    return NativeArrays.of(parts.getManager(), signed, new Shape(shape.get(1), shape.get(2)));
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

  private record Eigen(double value, double[] vector) {}

  /** The largest eigenvalue of a symmetric matrix without negative ones, by Lanczos' method. */
  private static Eigen largest(double[][] matrix, int n) {
    SplittableRandom random = new SplittableRandom(0);
    double[] start = random.doubles(n, -1, 1).toArray();
    Eigen best = new Eigen(0, new double[n]);
    for (int round = 0; round < ROUNDS; round++) {
      best = krylov(matrix, start);
      double[] image = times(matrix, best.vector());
      subtract(image, best.value(), best.vector());
      if (norm(image) <= ENOUGH * best.value()) {
        break;
      }
      start = best.vector();
    }
    return best;
  }

  private static Eigen krylov(double[][] matrix, double[] start) {
    int n = start.length;
    int limit = Math.min(STEPS, n);
    double[][] basis = new double[limit][];
    double[] diagonal = new double[limit];
    double[] offDiagonal = new double[limit];
    double[] next = start;
    int size = 0;
    while (size < limit) {
      double length = norm(next);
      if (length <= 1e-12 * (size == 0 ? 1e-20 : Math.abs(diagonal[0]))) {
        break;
      }
      if (size > 0) {
        offDiagonal[size - 1] = length;
      }
      basis[size] = scaled(next, 1 / length);
      next = times(matrix, basis[size]);
      diagonal[size] = dot(next, basis[size]);
      // Twice against all: rounding brings back what was removed once.
      for (int again = 0; again < 2; again++) {
        for (int j = 0; j <= size; j++) {
          subtract(next, dot(next, basis[j]), basis[j]);
        }
      }
      size++;
    }
    double[] weights = tridiagonal(diagonal, offDiagonal, size);
    double[] vector = new double[n];
    for (int j = 0; j < size; j++) {
      subtract(vector, -weights[j], basis[j]);
    }
    return new Eigen(dot(vector, times(matrix, vector)), vector);
  }

  /** The first eigenvector of the small matrix, by repeated multiplication. */
  private static double[] tridiagonal(double[] diagonal, double[] offDiagonal, int size) {
    double[] vector = new double[size];
    double[] image = new double[size];
    Arrays.fill(vector, 1);
    double change = 1;
    for (int step = 0; step < 4000 && change > 1e-12; step++) {
      for (int i = 0; i < size; i++) {
        image[i] = diagonal[i] * vector[i];
        image[i] += i > 0 ? offDiagonal[i - 1] * vector[i - 1] : 0;
        image[i] += i + 1 < size ? offDiagonal[i] * vector[i + 1] : 0;
      }
      double length = norm(image);
      change = 0;
      for (int i = 0; i < size && length > 0; i++) {
        change = Math.max(change, Math.abs(image[i] / length - vector[i]));
        vector[i] = image[i] / length;
      }
    }
    return vector;
  }

  private static double[] times(double[][] matrix, double[] vector) {
    return Arrays.stream(matrix).mapToDouble(row -> dot(row, vector)).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double[] scaled(double[] vector, double factor) {
    return Arrays.stream(vector).map(value -> value * factor).toArray();
  }

  /** {@code a - factor b}, in place. */
  private static void subtract(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] -= factor * b[i];
    }
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
