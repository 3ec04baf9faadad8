package dev.limelight.perturb.segment;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * LIME's linear model of scores around the whole picture: a ridge regression with an intercept that
 * is not shrunk, in which a coalition counts by its cosine distance from the whole.
 *
 * @param width of the kernel {@code sqrt(exp(-d^2 / width^2))}
 * @param ridge the penalty on squared values
 */
record LimeRegression(double width, double ridge) {

  /** The whole picture, and random coalitions in which each segment is seen or not. */
  static List<BitSet> coalitions(int n, int samples, long seed) {
    List<BitSet> all = new ArrayList<>();
    for (int k = 0; k < samples; k++) {
      SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + k);
      BitSet set = new BitSet(n);
      for (int i = 0; i < n; i++) {
        set.set(i, k == 0 || random.nextBoolean());
      }
      all.add(set);
    }
    return all;
  }

  private double weight(BitSet set, int n) {
    double distance = 1 - Math.sqrt((double) set.cardinality() / n);
    return Math.sqrt(Math.exp(-distance * distance / (width * width)));
  }

  /** Fits the model. */
  Estimate fit(List<BitSet> sets, double[] scores, int n) {
    double[] weights = sets.stream().mapToDouble(set -> weight(set, n)).toArray();
    double total = 0;
    double[] means = new double[n];
    double mean = 0;
    for (int k = 0; k < weights.length; k++) {
      total += weights[k];
      mean += weights[k] * scores[k];
      for (int i = 0; i < n; i++) {
        means[i] += sets.get(k).get(i) ? weights[k] : 0;
      }
    }
    mean /= total;
    for (int i = 0; i < n; i++) {
      means[i] /= total;
    }
    double[][] products = new double[n][n];
    double[] right = new double[n];
    for (int k = 0; k < weights.length; k++) {
      double[] row = row(sets.get(k), means);
      add(products, row, weights[k]);
      for (int i = 0; i < n; i++) {
        right[i] += weights[k] * row[i] * (scores[k] - mean);
      }
    }
    for (int i = 0; i < n; i++) {
      products[i][i] += ridge;
    }
    RealMatrix inverse =
        new LUDecomposition(new Array2DRowRealMatrix(products, false)).getSolver().getInverse();
    double[] values = inverse.operate(right);
    double[][] scatter = new double[n][n];
    double left = 0;
    double spread = 0;
    for (int k = 0; k < weights.length; k++) {
      double[] row = row(sets.get(k), means);
      double rest = scores[k] - mean;
      spread += weights[k] * rest * rest;
      for (int i = 0; i < n; i++) {
        rest -= row[i] * values[i];
      }
      left += weights[k] * rest * rest;
      add(scatter, row, weights[k] * weights[k] * rest * rest);
    }
    Map<String, Double> notes = new LinkedHashMap<>();
    double intercept = mean;
    for (int i = 0; i < n; i++) {
      intercept -= means[i] * values[i];
    }
    notes.put("intercept", intercept);
    notes.put("R squared", spread > 0 ? 1 - left / spread : 1);
    return new Estimate(values, errors(inverse, scatter), notes);
  }

  /** The sandwich estimator: what other random coalitions would change. */
  private static double[] errors(RealMatrix inverse, double[][] scatter) {
    RealMatrix covariance =
        inverse.multiply(new Array2DRowRealMatrix(scatter, false)).multiply(inverse);
    double[] errors = new double[scatter.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.sqrt(Math.max(0, covariance.getEntry(i, i)));
    }
    return errors;
  }

  private static double[] row(BitSet set, double[] means) {
    double[] row = new double[means.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (set.get(i) ? 1 : 0) - means[i];
    }
    return row;
  }

  private static void add(double[][] to, double[] row, double weight) {
    for (int i = 0; i < row.length; i++) {
      for (int j = 0; j < row.length; j++) {
        to[i][j] += weight * row[i] * row[j];
      }
    }
  }
}
