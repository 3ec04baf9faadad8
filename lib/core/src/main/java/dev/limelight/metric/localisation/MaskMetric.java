package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Trial;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A metric that compares a map with the mask of the object, and needs nothing of the network. */
interface MaskMetric extends Metric {

  /** The measurement of one map that has positive values, by a mask of some of the picture. */
  Measurement compared(Explanation explanation, Mask mask);

  @Override
  default Experiment of(Trial trial) {
    Measurement measured = measured(trial.explanation(), trial.mask());
    return new Experiment(List.of(), answers -> measured);
  }

  /** The measurement of one map, or why there is none. */
  default Measurement measured(Explanation explanation, @Nullable Mask mask) {
    Optional<String> unusable = Trial.unusable(mask);
    if (mask == null || unusable.isPresent()) {
      return Measurement.discarded(unusable.orElse(""));
    }
    return explanation.map().isBlank()
        ? Measurement.discarded(Experiment.blankReason(explanation.map()))
        : compared(explanation, mask);
  }
}
