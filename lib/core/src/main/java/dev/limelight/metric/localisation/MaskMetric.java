package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Mask;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Trial;

/** A metric that compares a map with the mask of the object, and needs nothing of the network. */
interface MaskMetric extends Metric {

  /** The score of one map, given where the object is. */
  double of(Explanation explanation, Mask mask);

  @Override
  default Experiment of(Trial trial) {
    return trial.mask() == null
        ? Experiment.withoutMask()
        : Experiment.known(of(trial.explanation(), trial.mask()));
  }
}
