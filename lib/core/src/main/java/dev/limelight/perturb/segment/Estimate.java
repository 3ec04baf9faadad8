package dev.limelight.perturb.segment;

import java.util.Map;

/**
 * What segments contribute.
 *
 * @param values one a segment
 * @param errors their standard errors; 0 where nothing was left to chance, NaN where not known
 * @param notes numbers that belong to all of them, by name
 */
record Estimate(double[] values, double[] errors, Map<String, Double> notes) {

  /** The sum of the values. */
  double sum() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
