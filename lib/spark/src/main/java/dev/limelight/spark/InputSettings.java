package dev.limelight.spark;

import dev.limelight.model.Preprocessing;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Preprocessing and labels that override those of the model.
 *
 * @param size the input's width and height in pixels, or null
 * @param mean the mean of red, green and blue, or null
 * @param std the standard deviation of red, green and blue, or null
 * @param labels the names of the classes; empty for the model's
 */
record InputSettings(
    @Nullable Integer size, float @Nullable [] mean, float @Nullable [] std, List<String> labels)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static final InputSettings OF_THE_MODEL = new InputSettings(null, null, null, List.of());

  /** Copies the arrays; {@link Preprocessing} checks sizes and statistics. */
  InputSettings {
    labels = List.copyOf(labels);
    mean = mean == null ? null : mean.clone();
    std = std == null ? null : std.clone();
    changed(Preprocessing.of(1, 1), size, mean, std);
  }

  InputSettings withSize(int side) {
    return new InputSettings(side, mean, std, labels);
  }

  InputSettings withNormalisation(float @Nullable [] newMean, float @Nullable [] newStd) {
    return new InputSettings(size, newMean, newStd, labels);
  }

  InputSettings withLabels(List<String> names) {
    return new InputSettings(size, mean, std, names);
  }

  Preprocessing changed(Preprocessing found) {
    return changed(found, size, mean, std);
  }

  private static Preprocessing changed(
      Preprocessing found,
      @Nullable Integer size,
      float @Nullable [] mean,
      float @Nullable [] std) {
    Preprocessing sized = size == null ? found : Preprocessing.of(size, size);
    return sized.normalised(mean == null ? found.mean() : mean, std == null ? found.std() : std);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputSettings that
        && Objects.equals(size, that.size)
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std)
        && labels.equals(that.labels);
  }

  @Override
  public int hashCode() {
    return Objects.hash(size, Arrays.hashCode(mean), Arrays.hashCode(std), labels);
  }

  @Override
  public String toString() {
    return "size "
        + (size == null ? "of the model" : size)
        + ", mean "
        + (mean == null ? "of the model" : Arrays.toString(mean))
        + ", std "
        + (std == null ? "of the model" : Arrays.toString(std))
        + ", labels "
        + (labels.isEmpty() ? "of the model" : labels);
  }
}
