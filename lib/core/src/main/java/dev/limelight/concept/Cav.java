package dev.limelight.concept;

import java.util.Arrays;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;

/**
 * A concept activation vector: the normal of the plane that parts examples of a concept from other
 * activations. By logistic regression,
 *
 * <pre>{@code min_w  mean_i log(1 + exp(-y_i w . x_i)) + 0.005 |w|^2}</pre>
 *
 * <p>where the x are the activations less their mean, divided by the root of their mean square
 * length, with a constant 1 added as a further value. Newton's method on one number an example, as
 * there are fewer examples than channels.
 *
 * @param direction w without the constant, (C)
 * @param mean of the activations, (C)
 * @param scale by which they are divided
 * @param constant that of the plane
 */
record Cav(double[] direction, double[] mean, double scale, double constant) {

  private static final double PENALTY = 0.01;
  private static final int ROUNDS = 50;
  private static final double SMALLEST_WEIGHT = 1e-9;

  /** Parts examples from others. */
  static Cav of(double[][] examples, double[][] others) {
    int n = examples.length + others.length;
    double[][] rows = Arrays.copyOf(examples, n);
    System.arraycopy(others, 0, rows, examples.length, others.length);
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      Products.addScaled(mean, row, 1.0 / n);
    }
    double square = 0;
    for (int i = 0; i < n; i++) {
      rows[i] = rows[i].clone();
      Products.addScaled(rows[i], mean, -1);
      square += Products.dot(rows[i], rows[i]) / n;
    }
    double scale = square == 0 ? 1 : Math.sqrt(square);
    for (double[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        row[c] /= scale;
      }
    }
    double[] weights = solved(rows, examples.length);
    double[] direction = new double[mean.length];
    for (int i = 0; i < n; i++) {
      Products.addScaled(direction, rows[i], weights[i]);
    }
    return new Cav(direction, mean, scale, Arrays.stream(weights).sum());
  }

  /** The weights of the rows, of which w is the sum. */
  private static double[] solved(double[][] rows, int positive) {
    int n = rows.length;
    double[][] kernel = Products.gram(rows);
    for (double[] row : kernel) {
      for (int j = 0; j < n; j++) {
        row[j] += 1;
      }
    }
    double[] weights = new double[n];
    double step = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && step > 1e-10; round++) {
      double[][] system = new double[n][];
      double[] aim = new double[n];
      for (int i = 0; i < n; i++) {
        double value = Products.dot(kernel[i], weights);
        double probability = 1 / (1 + Math.exp(-value));
        double curvature = Math.max(SMALLEST_WEIGHT, probability * (1 - probability));
        system[i] = kernel[i].clone();
        system[i][i] += n * PENALTY / curvature;
        aim[i] = value + ((i < positive ? 1 : 0) - probability) / curvature;
      }
      double[] next =
          new LUDecomposition(MatrixUtils.createRealMatrix(system))
              .getSolver()
              .solve(new ArrayRealVector(aim))
              .toArray();
      step = 0;
      for (int i = 0; i < n; i++) {
        step = Math.max(step, Math.abs(next[i] - weights[i]));
      }
      weights = next;
    }
    return weights;
  }

  /** Whether an activation is on the side of the concept. */
  boolean has(double[] activation) {
    double[] row = activation.clone();
    Products.addScaled(row, mean, -1);
    return Products.dot(row, direction) / scale + constant > 0;
  }

  /** The share of gradients that rise in the direction of the concept. */
  double score(double[][] gradients) {
    return Arrays.stream(gradients)
        .mapToDouble(gradient -> Products.dot(gradient, direction) > 0 ? 1 : 0)
        .average()
        .orElseThrow();
  }
}
