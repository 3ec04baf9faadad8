package dev.limelight.metric.detection;

import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.cam.CenterBlob;
import dev.limelight.detection.Detection;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Imputer;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.PixelRanking;
import dev.limelight.metric.Trial;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Deletion for a box: the area under what is left of the detection while pixels are taken away, the
 * most relevant first, until none is left; from 0 to 1. What is left is the largest product of the
 * score of its class and the overlap with its box, over all candidates ({@code IoU * score}), so
 * that it falls if the class is lost as if the box moves.
 *
 * @param steps into how many equal parts the pixels are cut
 * @param imputer the values of removed pixels
 * @see <a href="https://arxiv.org/abs/2006.03204">Petsiuk et al. 2021, Black-box Explanation of
 *     Object Detectors via Saliency Maps</a>
 */
@API(status = Status.INTERNAL)
public record BoxDeletion(int steps, Imputer imputer) {

  /** In 32 steps, to 0 of the preprocessed picture. */
  public BoxDeletion() {
    this(32, Imputer.ZERO);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no step
   */
  public BoxDeletion {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "deletion takes at least one step, but got " + steps + "; 32 is usual");
    }
  }

  /**
   * Measures the map of a box; one forward a step.
   *
   * @param explainer of the detector
   * @param trial the map with the input of the network
   * @param detection the box, in pixels of the input
   */
  public Measurement of(Explainer explainer, Trial trial, Detection detection) {
    if (trial.isBlank()) {
      return Measurement.discarded(Experiment.blankReason(trial.explanation().map()));
    }
    PixelRanking order = PixelRanking.of(trial);
    float[] imputed = imputer.of(trial.input(), trial.width(), trial.height());
    Question changed =
        Question.of(steps + 1, i -> order.replaced(trial.input(), imputed, order.count(i, steps)))
            // Only the forward is wanted, and a map that costs nothing.
            .methods(List.of(new CenterBlob()))
            .targets(new RemainingBox(detection, null));
    List<Double> curve =
        explainer.explain(changed).stream()
            .map(one -> (double) one.logits()[detection.classIndex()])
            .toList();
    return Measurement.area(curve);
  }
}
