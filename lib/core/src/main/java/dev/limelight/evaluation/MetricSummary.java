package dev.limelight.evaluation;

/**
 * The result of a metric for a contender over all pictures.
 *
 * @param contender the method at its layer
 * @param metric by its name
 * @param higherIsBetter whether a larger mean is better
 * @param count how many maps were measured
 * @param discarded how many could not be
 * @param mean of those that were; NaN if none was
 * @param low the lower end of the 95 % interval of the mean, by the bootstrap over pictures (Efron
 *     1979)
 * @param high its upper end
 */
public record MetricSummary(
    Contender contender,
    String metric,
    boolean higherIsBetter,
    int count,
    int discarded,
    double mean,
    double low,
    double high) {

  /** Whether its interval is wholly on the better side of another's. */
  public boolean isAbove(MetricSummary other) {
    return higherIsBetter ? low > other.high : high < other.low;
  }
}
