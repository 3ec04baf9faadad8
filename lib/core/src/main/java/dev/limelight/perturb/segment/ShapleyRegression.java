package dev.limelight.perturb.segment;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * Shapley values by a weighted regression of scores on coalitions, whose values add up exactly to
 * what all segments together change: the last value is what the others leave.
 */
final class ShapleyRegression {

  private final int n;
  private final Coalitions coalitions;
  private final double[] scores;
  private final double empty;
  private final double change;

  private ShapleyRegression(
      int n, Coalitions coalitions, double[] scores, double empty, double change) {
    this.n = n;
    this.coalitions = coalitions;
    this.scores = scores;
    this.empty = empty;
    this.change = change;
  }

  /**
   * Shapley values.
   *
   * @param n how many segments
   * @param empty the score without any
   * @param full the score with all
   * @throws IllegalArgumentException if there are fewer samples than a regression takes
   */
  static Estimate of(Game game, int n, double empty, double full, int samples, long seed) {
    if (n == 1) {
      return new Estimate(new double[] {full - empty}, new double[1], Map.of());
    }
    if (samples < Math.min(2.0 * n, Coalitions.all(n))) {
      throw new IllegalArgumentException(
          "kernel-shap takes at least two samples a segment, but got "
              + samples
              + " samples for "
              + n
              + " segments; give at least "
              + 2 * n
              + ", or fewer segments");
    }
    Coalitions chosen = Coalitions.of(n, samples, seed);
    double[] scores = game.scores(chosen.sets());
    return new ShapleyRegression(n, chosen, scores, empty, full - empty).estimate();
  }

  /** A set as a row: whether each segment but the last is in it, minus whether the last is. */
  private double[] row(int index) {
    BitSet set = coalitions.sets().get(index);
    double[] row = new double[n - 1];
    if (set.get(n - 1)) {
      Arrays.fill(row, -1);
    }
    for (int i = set.nextSetBit(0); i >= 0 && i < n - 1; i = set.nextSetBit(i + 1)) {
      row[i]++;
    }
    return row;
  }

  private double wanted(int index) {
    return scores[index] - empty - (coalitions.sets().get(index).get(n - 1) ? change : 0);
  }

  private Estimate estimate() {
    double[][] products = new double[n - 1][n - 1];
    double[] right = new double[n - 1];
    for (int k = 0; k < scores.length; k++) {
      double[] row = row(k);
      double weight = coalitions.weights()[k];
      addProduct(products, row, weight);
      for (int i = 0; i < row.length; i++) {
        right[i] += weight * row[i] * wanted(k);
      }
    }
    RealMatrix inverse =
        new LUDecomposition(new Array2DRowRealMatrix(products, false)).getSolver().getInverse();
    double[] values = Arrays.copyOf(inverse.operate(right), n);
    double last = change;
    for (int i = 0; i < n - 1; i++) {
      last -= values[i];
    }
    values[n - 1] = last;
    Map<String, Double> notes = new LinkedHashMap<>();
    notes.put("coalitions", (double) scores.length);
    return new Estimate(values, errors(values, inverse), notes);
  }

  private static void addProduct(double[][] to, double[] row, double weight) {
    for (int i = 0; i < row.length; i++) {
      if (row[i] != 0) {
        double factor = weight * row[i];
        for (int j = 0; j < row.length; j++) {
          to[i][j] += factor * row[j];
        }
      }
    }
  }

  /**
   * From the scatter of what the pairs that were drawn add to the regression (the sandwich
   * estimator); what was not drawn has no error.
   */
  private double[] errors(double[] values, RealMatrix inverse) {
    double[] errors = new double[n];
    int[] draws = coalitions.draws();
    int total = Arrays.stream(draws).sum();
    if (draws.length == 0) {
      return errors;
    }
    if (total < 2) {
      Arrays.fill(errors, Double.NaN);
      return errors;
    }
    double[][] parts = new double[draws.length][];
    double[] mean = new double[n - 1];
    for (int pair = 0; pair < draws.length; pair++) {
      parts[pair] = new double[n - 1];
      for (int k = 0; k < 2; k++) {
        int index = coalitions.fixed() + 2 * pair + k;
        double weight = coalitions.weights()[index] / draws[pair];
        double[] row = row(index);
        double rest = wanted(index);
        for (int i = 0; i < row.length; i++) {
          rest -= row[i] * values[i];
        }
        for (int i = 0; i < row.length; i++) {
          parts[pair][i] += weight * row[i] * rest;
        }
      }
      for (int i = 0; i < mean.length; i++) {
        mean[i] += parts[pair][i] * draws[pair] / total;
      }
    }
    double[][] scatter = new double[n - 1][n - 1];
    for (int pair = 0; pair < draws.length; pair++) {
      for (int i = 0; i < mean.length; i++) {
        parts[pair][i] -= mean[i];
      }
      addProduct(scatter, parts[pair], draws[pair] * (double) total / (total - 1));
    }
    RealMatrix covariance =
        inverse.multiply(new Array2DRowRealMatrix(scatter, false)).multiply(inverse);
    double all = 0;
    for (int i = 0; i < n - 1; i++) {
      errors[i] = Math.sqrt(Math.max(0, covariance.getEntry(i, i)));
      for (int j = 0; j < n - 1; j++) {
        all += covariance.getEntry(i, j);
      }
    }
    errors[n - 1] = Math.sqrt(Math.max(0, all));
    return errors;
  }
}
