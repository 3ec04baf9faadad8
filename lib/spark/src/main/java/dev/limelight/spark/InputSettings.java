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
 */
record InputSettings(PreprocessingSettings preprocessing, boolean channelsLast, List<String> labels)
    implements Serializable {

  private static final long serialVersionUID = 2L;

  static final InputSettings OF_THE_MODEL =
      new InputSettings(PreprocessingSettings.NONE, false, List.of());

  /** Keeps its own list. */
  InputSettings {
    labels = List.copyOf(labels);
  }

  InputSettings with(PreprocessingSettings changed) {
    return new InputSettings(changed, channelsLast, labels);
  }

  InputSettings withChannelsLast(boolean last) {
    return new InputSettings(preprocessing, last, labels);
  }

  InputSettings withLabels(List<String> names) {
    return new InputSettings(preprocessing, channelsLast, names);
  }

  @Override
  public String toString() {
    return (preprocessing.isEmpty() ? "preprocessing of the model" : preprocessing)
        + (channelsLast ? ", channels last" : "")
        + ", labels "
        + (labels.isEmpty() ? "of the model" : labels);
  }
}
