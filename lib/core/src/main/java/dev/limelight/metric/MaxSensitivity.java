package dev.limelight.metric;

import dev.limelight.image.Heatmap;
import dev.limelight.metric.Experiment.Answer;
import dev.limelight.metric.Experiment.Kind;
import java.util.Random;
import org.kohsuke.MetaInfServices;

/**
 * Maximum sensitivity: {@code max |L(x + e) - L(x)| / |L(x)|} over noise e that is uniform in
 * {@code [-radius, radius]}, where L is the raw map and |.| the Euclidean norm. 0 if the map does
 * not move; it is estimated from below, more closely with more draws. The curve has one value a
 * draw.
 *
 * <p>The paper does not divide; dividing, as captum does, makes methods of different units
 * comparable. A map that is 0 everywhere is discarded.
 *
 * @param radius of the noise, in units of the preprocessed picture
 * @param draws how many noisy pictures are explained
 * @see <a href="https://arxiv.org/abs/1901.09392">Yeh et al. 2019, On the (In)fidelity and
 *     Sensitivity of Explanations</a>
 */
@MetaInfServices(Metric.class)
public record MaxSensitivity(double radius, int draws) implements Metric {

  private static final int NOISE = 3;

  /** The largest of 10 draws with a radius of 0.02. */
  public MaxSensitivity() {
    this(0.02, 10);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the radius is not positive or there is no draw
   */
  public MaxSensitivity {
    if (!(radius > 0 && Double.isFinite(radius))) {
      throw new IllegalArgumentException(
          "a radius is above 0, but got " + radius + "; 0.02 is usual");
    }
    if (draws < 1) {
      throw new IllegalArgumentException(
          "max-sensitivity takes at least one draw, but got " + draws + "; 10 are usual");
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.lowerIsBetter("max-sensitivity")
        .withSummary("How much the map changes at most when the picture changes a little.")
        .withPaper("Yeh et al., NeurIPS 2019")
        .withLink("https://arxiv.org/abs/1901.09392");
  }

  @Override
  public Experiment of(Trial trial) {
    Heatmap map = trial.explanation().map();
    double norm = norm(map.values());
    if (norm == 0) {
      return Experiment.discarded("the map is 0 everywhere");
    }
    long[] seeds = trial.random(NOISE).longs(draws).toArray();
    return Experiment.of(
        Kind.EXPLAIN,
        draws,
        i -> noisy(trial.input(), new Random(seeds[i])),
        answers -> {
          var changes = answers.stream().map(answer -> change(map, answer) / norm).toList();
          double largest = changes.stream().mapToDouble(change -> change).max().orElseThrow();
          return Measurement.of(largest, changes);
        });
  }

  private float[] noisy(float[] input, Random random) {
    float[] noisy = input.clone();
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] += (float) (radius * (2 * random.nextDouble() - 1));
    }
    return noisy;
  }

  private static double change(Heatmap map, Answer answer) {
    float[] difference = answer.explanation().map().values();
    float[] before = map.values();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= before[i];
    }
    return norm(difference);
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
