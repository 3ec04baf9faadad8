package dev.limelight.cam.perturbed;

/**
 * Adam, which climbs: after step t of gradient g, {@code u += r (m / (1 - 0.9^t)) / (sqrt(v / (1 -
 * 0.999^t)) + 1e-8)} with {@code m = 0.9 m + 0.1 g} and {@code v = 0.999 v + 0.001 g^2}.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba 2015, Adam</a>
 */
final class Adam {

  private static final double FIRST = 0.9;
  private static final double SECOND = 0.999;
  private static final double LEAST = 1e-8;

  private final double rate;
  private final double[] means;
  private final double[] squares;
  private int steps;

  /**
   * Begins.
   *
   * @param rate r
   * @param size how many values
   */
  Adam(double rate, int size) {
    this.rate = rate;
    means = new double[size];
    squares = new double[size];
  }

  /** Changes the values by one step up the gradient. */
  void climb(double[] values, double[] gradient) {
    steps++;
    for (int k = 0; k < values.length; k++) {
      means[k] = FIRST * means[k] + (1 - FIRST) * gradient[k];
      squares[k] = SECOND * squares[k] + (1 - SECOND) * gradient[k] * gradient[k];
      double mean = means[k] / (1 - Math.pow(FIRST, steps));
      double square = squares[k] / (1 - Math.pow(SECOND, steps));
      values[k] += rate * mean / (Math.sqrt(square) + LEAST);
    }
  }
}
