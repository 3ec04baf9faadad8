package dev.limelight.metric;

import java.util.Arrays;
import org.kohsuke.MetaInfServices;

/**
 * Sparseness: the Gini index of the absolute values of the raw map, {@code sum_i (2 i - n - 1) a_i
 * / (n sum_i a_i)} with the n values a in ascending order, i from 1; 0 if all are equal, {@code 1 -
 * 1/n} if one of them has everything. It says how short the map is, and not whether it is right.
 *
 * <p>A map that is 0 everywhere is discarded.
 *
 * @see <a href="https://arxiv.org/abs/1810.06583">Chalasani et al. 2020, Concise Explanations of
 *     Neural Networks using Adversarial Training</a>
 */
@MetaInfServices(Metric.class)
public record Sparseness() implements Metric {

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("sparseness")
        .withSummary("How unevenly the evidence is spread over the pixels (Gini index).")
        .withPaper("Chalasani et al., ICML 2020")
        .withLink("https://arxiv.org/abs/1810.06583");
  }

  @Override
  public Experiment of(Trial trial) {
    float[] sizes = trial.explanation().map().values();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(sizes[i]);
    }
    Arrays.sort(sizes);
    double weighted = 0;
    double sum = 0;
    for (int i = 0; i < sizes.length; i++) {
      weighted += (2.0 * (i + 1) - sizes.length - 1) * sizes[i];
      sum += sizes[i];
    }
    return sum == 0
        ? Experiment.discarded("the map is 0 everywhere")
        : Experiment.known(weighted / (sizes.length * sum));
  }
}
