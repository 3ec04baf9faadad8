package dev.limelight.model.companion;

import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside a model file, or in a model's folder, and says how pictures become its input and
 * what its classes are called: {@code preprocessor_config.json} and {@code config.json} of Hugging
 * Face and timm, DJL's {@code serving.properties}, and lists such as {@code labels.txt}. The first
 * of them that states something counts.
 */
@API(status = Status.INTERNAL)
public final class ModelCompanions {

  private static final ModelCompanions NONE = new ModelCompanions(null, null);

  private final @Nullable Stated<UnaryOperator<Preprocessing>> preprocessing;
  private final @Nullable Stated<List<String>> labels;

  /**
   * What a file states.
   *
   * @param value what it states
   * @param file its name
   */
  record Stated<T>(T value, String file) {}

  private ModelCompanions(
      @Nullable Stated<UnaryOperator<Preprocessing>> preprocessing,
      @Nullable Stated<List<String>> labels) {
    this.preprocessing = preprocessing;
    this.labels = labels;
  }

  /** No files. */
  public static ModelCompanions none() {
    return NONE;
  }

  /**
   * Reads what lies beside a file, or in a folder; nothing for what does not exist.
   *
   * @param model the model's file or folder
   * @throws IOException if a file cannot be read, is damaged or too large; one sentence that names it
   */
  public static ModelCompanions of(Path model) throws IOException {
    Path folder = Files.isDirectory(model) ? model : model.toAbsolutePath().getParent();
    return folder == null || !Files.exists(model) ? NONE : NONE;
  }

  /**
   * The preprocessing that a file states, or nothing if none does.
   *
   * @param ofModel that of the network's own input, for what the file does not state
   */
  public Optional<Preprocessing> preprocessing(Preprocessing ofModel) {
    return Optional.ofNullable(preprocessing).map(stated -> stated.value().apply(ofModel));
  }

  /** The name of the file that states the preprocessing. */
  public Optional<String> preprocessingFile() {
    return Optional.ofNullable(preprocessing).map(Stated::file);
  }

  /** The names of the classes in the order of the outputs, or none if no file states them. */
  public List<String> labels() {
    return labels == null ? List.of() : labels.value();
  }

  /** The name of the file that states the classes. */
  public Optional<String> labelsFile() {
    return Optional.ofNullable(labels).map(Stated::file);
  }
}
