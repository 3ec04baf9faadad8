package dev.limelight.model.companion;

import com.google.gson.JsonObject;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.PreprocessingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

  private static final ModelCompanions NONE = new ModelCompanions(null, null, List.of());

  private static final String PROCESSOR = "preprocessor_config.json";

  private static final String CONFIG = "config.json";

  private static final String SERVING = "serving.properties";

  private static final List<String> LISTS = List.of("labels.txt", "classes.txt", "synset.txt");

  private final @Nullable Stated<PreprocessingSettings> preprocessing;
  private final @Nullable Stated<List<String>> labels;
  private final List<String> notes;

  /**
   * What a file states.
   *
   * @param value what it states
   * @param file its name
   */
  private record Stated<T>(T value, String file) {}

  private ModelCompanions(
      @Nullable Stated<PreprocessingSettings> preprocessing,
      @Nullable Stated<List<String>> labels,
      List<String> notes) {
    this.preprocessing = preprocessing;
    this.labels = labels;
    this.notes = notes;
  }

  /** No files. */
  public static ModelCompanions none() {
    return NONE;
  }

  /**
   * Reads what lies beside a file, or in a folder; nothing for what does not exist.
   *
   * @param model the model's file or folder
   * @throws IOException if a file cannot be read, is damaged or too large; one sentence that names
   *     it
   */
  public static ModelCompanions of(Path model) throws IOException {
    Path folder = Files.isDirectory(model) ? model : model.toAbsolutePath().getParent();
    if (folder == null || !Files.exists(model)) {
      return NONE;
    }
    return new Reader(folder).read();
  }

  /** Whether a file has the name of one that is read. */
  public static boolean isOne(Path file) {
    String name = file.getFileName().toString();
    return List.of(PROCESSOR, CONFIG, SERVING).contains(name) || LISTS.contains(name);
  }

  /** Reads one folder. */
  private static final class Reader {
    private final Path folder;
    private @Nullable Stated<PreprocessingSettings> preprocessing;
    private @Nullable Stated<List<String>> labels;
    private List<String> notes = List.of();

    Reader(Path folder) {
      this.folder = folder;
    }

    private CompanionFile file(String name) {
      return new CompanionFile(folder.resolve(name));
    }

    ModelCompanions read() throws IOException {
      CompanionFile processor = file(PROCESSOR);
      if (processor.exists()) {
        take(processor, processor.json(), ProcessorConfig::of);
      }
      CompanionFile config = file(CONFIG);
      if (config.exists()) {
        JsonObject json = config.json();
        take(config, json, TimmConfig::of);
        take(config, ClassNames.of(json));
      }
      CompanionFile serving = file(SERVING);
      if (serving.exists()) {
        take(serving, serving.properties(), ServingProperties::of);
      }
      for (String name : LISTS) {
        CompanionFile list = file(name);
        if (list.exists()) {
          take(list, list.lines());
        }
      }
      return new ModelCompanions(preprocessing, labels, notes);
    }

    private <T> void take(CompanionFile file, T content, Function<T, Statement> reader)
        throws IOException {
      if (preprocessing != null) {
        return;
      }
      try {
        Statement statement = reader.apply(content);
        if (!statement.settings().isEmpty()) {
          preprocessing = new Stated<>(statement.settings(), file.name());
          notes = statement.notes().stream().map(note -> file.name() + " " + note).toList();
        }
      } catch (IllegalArgumentException
          | IllegalStateException
          | UnsupportedOperationException
          | IndexOutOfBoundsException
          | ClassCastException e) {
        String reason = String.valueOf(e.getMessage());
        throw new IOException(
            file.path()
                + " has a setting of another form than expected"
                + (reason.startsWith("--") ? ": " + reason.substring(2) : "")
                + "; correct it, or move the file away",
            e);
      }
    }

    private void take(CompanionFile file, List<String> names) {
      if (labels == null && !names.isEmpty()) {
        labels = new Stated<>(List.copyOf(names), file.name());
      }
    }
  }

  /**
   * The preprocessing that a file states, or nothing if none does.
   *
   * @param ofModel that of the network's own input, for what the file does not state; a size that
   *     the network gives is kept
   * @throws IllegalArgumentException if the file is for another number of channels
   */
  public Optional<Preprocessing> preprocessing(Preprocessing ofModel) {
    if (preprocessing == null) {
      return Optional.empty();
    }
    try {
      Preprocessing stated = preprocessing.value().applyTo(ofModel);
      boolean sized = !ofModel.assumed().contains(Preprocessing.Part.SIZE);
      return Optional.of(sized ? stated.withSize(ofModel.width(), ofModel.height()) : stated);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          preprocessing.file()
              + " beside the model is for another one ("
              + e.getMessage()
              + "); move it away, or replace it",
          e);
    }
  }

  /** The names of the classes in the order of the outputs, or none if no file states them. */
  public List<String> labels() {
    return labels == null ? List.of() : labels.value();
  }

  /**
   * Which files are used, and what they state and cannot be done; a sentence each.
   *
   * @param ofPictures whether the preprocessing is used
   * @param ofClasses whether the names of the classes are used
   */
  public List<String> notes(boolean ofPictures, boolean ofClasses) {
    Set<String> files = new LinkedHashSet<>();
    if (ofPictures && preprocessing != null) {
      files.add(preprocessing.file());
    }
    if (ofClasses && labels != null) {
      files.add(labels.file());
    }
    List<String> all = new ArrayList<>();
    if (!files.isEmpty()) {
      all.add("read beside the model: " + String.join(", ", files));
    }
    if (ofPictures) {
      all.addAll(notes);
    }
    return all;
  }
}
