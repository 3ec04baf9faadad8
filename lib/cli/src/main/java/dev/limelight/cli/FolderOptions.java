package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.data.ImageSet;
import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for a folder of pictures and the page to write. */
final class FolderOptions {

  @Mixin private ModelOptions model;

  @Mixin private InputOptions inputs;

  @Mixin private JsonOption json;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "FOLDER",
      description =
          "The pictures; folders in it are classes, named as labels or indices, and a file NAME.mask.png beside NAME.jpg is its"
              + " mask.")
  private Path images;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take at most so many pictures, evenly from all (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  private int limit;

  @Option(
      names = "--verdicts",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Judge the maps of so many pictures: better than chance, stable, dependent on what was"
              + " learnt (default: ${DEFAULT-VALUE}).")
  private int verdicts;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "The page's title (default: from the model and the folder).")
  private @Nullable String title;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.html",
      description = "The page to write.")
  private Path out;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Checks the options before any work. */
  void check() throws IOException {
    inputs.check();
    if (limit < 1 || verdicts < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--limit must be at least 1 and --verdicts at least 0, but got "
              + limit
              + " and "
              + verdicts);
    }
    if (Files.isDirectory(out)) {
      throw new IOException(
          "--out must be a file such as report.html, but " + out + " is a folder");
    }
    checkWritable(out, "--out");
  }

  /** Checks before any work that a file can be written. */
  static void checkWritable(Path file, String option) throws IOException {
    try {
      AtomicFile.checkWritable(file);
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; choose another " + option, e);
    }
  }

  /** The pictures, which keep what a user must know of them. */
  NotedImages images() throws IOException {
    double[] range = inputs.range();
    ImageSet found =
        range == null ? ImageSet.folder(images) : ImageSet.folder(images, range[0], range[1]);
    return new NotedImages(found.sample(limit));
  }

  /** Whether a picture has a mask beside it. */
  boolean hasMasks() throws IOException {
    try (Stream<Path> files = Files.walk(images)) {
      return files.anyMatch(file -> file.toString().endsWith(ImageSet.MASK_ENDING));
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause(), "an UncheckedIOException has a cause");
    }
  }

  boolean json() {
    return json.given();
  }

  /** The explainer of the model, with the labels of the options. */
  Explainer explainer(List<String> layers) throws IOException {
    return model.explainer(inputs.labels(), layers).load();
  }

  /** The same for a set of pictures alone, several of which are explained at once. */
  Explainer explainerOfSet(List<String> layers) throws IOException {
    return model
        .explainer(inputs.labels(), layers)
        .optConcurrency(Runtime.getRuntime().availableProcessors())
        .load();
  }

  /** The explainer with the preprocessing of the options. */
  Explainer fitted(Explainer explainer) {
    return explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
  }

  int verdicts() {
    return verdicts;
  }

  String title(String what) {
    return title != null ? title : what + " of " + images.toAbsolutePath().getFileName();
  }

  Path out() {
    return out;
  }
}
