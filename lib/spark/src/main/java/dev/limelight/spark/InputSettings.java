package dev.limelight.spark;

import dev.limelight.model.PreprocessingSettings;
import java.io.Serializable;
import java.util.List;

/**
 * What overrides a model's input and labels.
 *
 * @param preprocessing the settings, or none
 * @param channelsLast whether the model takes (N, H, W, C) although its file does not say so
 * @param labels the names of the classes; empty for the model's
 * @param range the samples of picture files that are black and white; empty for those of the file's
 *     type
 */
record InputSettings(
    PreprocessingSettings preprocessing,
    boolean channelsLast,
    List<String> labels,
    List<Double> range)
    implements Serializable {

  private static final long serialVersionUID = 3L;

  static final InputSettings OF_THE_MODEL =
      new InputSettings(PreprocessingSettings.NONE, false, List.of(), List.of());

  /** Keeps its own lists. */
  InputSettings {
    labels = List.copyOf(labels);
    range = List.copyOf(range);
  }

  InputSettings with(PreprocessingSettings changed) {
    return new InputSettings(changed, channelsLast, labels, range);
  }

  InputSettings withChannelsLast(boolean last) {
    return new InputSettings(preprocessing, last, labels, range);
  }

  InputSettings withLabels(List<String> names) {
    return new InputSettings(preprocessing, channelsLast, names, range);
  }

  InputSettings withRange(double black, double white) {
    return new InputSettings(preprocessing, channelsLast, labels, List.of(black, white));
  }

  @Override
  public String toString() {
    return (preprocessing.isEmpty() ? "preprocessing of the model" : preprocessing)
        + (channelsLast ? ", channels last" : "")
        + ", labels "
        + (labels.isEmpty() ? "of the model" : labels)
        + (range.isEmpty() ? "" : ", samples from " + range.get(0) + " to " + range.get(1));
  }
}
