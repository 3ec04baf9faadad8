package dev.limelight;

import dev.limelight.io.Names;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.model.signature.OutputRange;
import dev.limelight.output.Reading;
import dev.limelight.target.Logits;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * @param output the name of the output that is explained, or null where there is but one
 * @param probabilities whether the output holds probabilities, so that nothing is left out and no
 *     softmax follows
 * @param reading what the outputs of a detector or a segmentation mean, or null for others
 * @param notes on what was chosen where the model leaves a choice, such as its output, and on the
 *     files beside it that were read; a sentence each
 */
public record ModelInfo(
    String name,
    @Nullable String sha256,
    String engine,
    @Nullable String outputActivation,
    List<String> labels,
    Preprocessing preprocessing,
    @Nullable String output,
    boolean probabilities,
    @Nullable Reading reading,
    List<String> notes) {

  private static final Set<String> SIGMOIDS =
      Set.of("sigmoid", "_npx_sigmoid", "LogisticRegressionOutput");

  /** Keeps its own lists. */
  public ModelInfo {
    labels = List.copyOf(labels);
    notes = List.copyOf(notes);
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
              + " labels ("
              + labels.stream().limit(3).map(Names::quoted).collect(Collectors.joining(", "))
              + "); give one label per output, or two for one sigmoid unit, or move away the file"
              + " of labels that lies beside the model");
    }
  }

  /** What the values of the output are. */
  OutputKind kind() {
    if (probabilities) {
      return OutputKind.PROBABILITIES;
    }
    return outputActivation != null && SIGMOIDS.contains(outputActivation)
        ? OutputKind.SIGMOIDS
        : OutputKind.LOGITS;
  }

  /** The unit of a target's score. */
  String unit(Target target) {
    return probabilities && target.unit().equals("logit") ? "probability" : target.unit();
  }

  /** A target that knows what the classes are called and what their probabilities are. */
  Target resolved(Target target) {
    Target named = target.resolve(labels);
    Target known = named.on(kind());
    return reading == null ? known : known.reading(reading);
  }

  /** The same, knowing what its outputs mean. */
  ModelInfo with(@Nullable Reading known) {
    return new ModelInfo(
        name,
        sha256,
        engine,
        outputActivation,
        labels,
        preprocessing,
        output,
        probabilities,
        known,
        notes);
  }

  ModelInfo with(Preprocessing other) {
    return new ModelInfo(
        name,
        sha256,
        engine,
        outputActivation,
        labels,
        other,
        output,
        probabilities,
        reading,
        notes);
  }

  ModelInfo noted(List<String> more) {
    return noted(probabilities, more);
  }

  private ModelInfo noted(boolean given, List<String> more) {
    List<String> all = Stream.concat(notes.stream(), more.stream()).distinct().toList();
    return new ModelInfo(
        name, sha256, engine, outputActivation, labels, preprocessing, output, given, reading, all);
  }

  /** A copy with other weights, which no file has. */
  ModelInfo changed(String newName) {
    return new ModelInfo(
        newName,
        null,
        engine,
        outputActivation,
        labels,
        preprocessing,
        output,
        probabilities,
        reading,
        notes);
  }

  /**
   * The same, knowing where the values of its output lie.
   *
   * @param activated whether a softmax or sigmoid lies between the last weights and the output
   */
  ModelInfo with(OutputRange range, boolean activated) {
    String note = range.note(activated);
    return outputActivation != null || probabilities || note == null
        ? this
        : noted(range.isOfProbabilities(activated), List.of(note));
  }

  /** The name, and the hash where there is one. */
  @Override
  public String toString() {
    return name + (sha256 == null ? "" : " (SHA-256 " + sha256 + ")");
  }
}
