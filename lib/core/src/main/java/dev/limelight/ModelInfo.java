package dev.limelight;

import dev.limelight.model.Preprocessing;
import dev.limelight.target.Logits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The description of a model.
 *
 * @param name its name
 * @param sha256 the hash of its files, or null where it was built in memory
 * @param engine the engine that runs it, and its version
 * @param outputActivation what follows the logits and is left out, such as "softmax", or null
 * @param labels the names of the classes, or none
 * @param preprocessing how pictures become its input
 */
public record ModelInfo(
    String name,
    @Nullable String sha256,
    String engine,
    @Nullable String outputActivation,
    List<String> labels,
    Preprocessing preprocessing) {

  /** Keeps its own list. */
  public ModelInfo {
    labels = List.copyOf(labels);
  }

  /** Whether one sigmoid unit represents two classes. */
  boolean binary() {
    return labels.size() == 2;
  }

  /**
   * Checks that each class has a label, if there are labels.
   *
   * @param outputs the number of the network's outputs
   */
  void checkLabels(int outputs) {
    int classes = Logits.classes(outputs, binary());
    if (!labels.isEmpty() && labels.size() != classes) {
      throw new IllegalArgumentException(
          "this network has "
              + outputs
              + " outputs, but got "
              + labels.size()
              + " labels; give one label per output, or two for one sigmoid unit");
    }
  }

  ModelInfo with(Preprocessing other) {
    return new ModelInfo(name, sha256, engine, outputActivation, labels, other);
  }

  /** A copy with other weights, which no file has. */
  ModelInfo changed(String newName) {
    return new ModelInfo(newName, null, engine, outputActivation, labels, preprocessing);
  }

  /** The name, and the hash where there is one. */
  @Override
  public String toString() {
    return name + (sha256 == null ? "" : " (SHA-256 " + sha256 + ")");
  }
}
