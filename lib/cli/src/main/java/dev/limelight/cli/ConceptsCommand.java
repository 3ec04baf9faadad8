package dev.limelight.cli;

import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.cli.concept.ConceptFiles;
import dev.limelight.cli.concept.ConceptOptions;
import dev.limelight.cli.console.ProgressLine;
import dev.limelight.cli.options.LayerOption;
import dev.limelight.concept.Concepts;
import dev.limelight.concept.Tcav;
import dev.limelight.data.ImageSet;
import dev.limelight.report.concept.ConceptsPage;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limelight concepts}: finds what a network looks for in pictures of a class. */
@Command(
    name = "concepts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Finds the concepts that a network looks for in pictures of a class (CRAFT) and writes a"
            + " page, the numbers and the maps; with --examples it tests whether the class depends"
            + " on a concept of yours (TCAV).")
final class ConceptsCommand implements Callable<Integer> {

  @Mixin private ModelOptions model;

  @Mixin private InputOptions inputs;

  @Mixin private JsonOption json;

  @Mixin private LayerOption layer;

  @Mixin private ConceptOptions options;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "FOLDER",
      description = "Pictures of the class; those that the network takes for another are left out.")
  private Path images;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "200",
      description = "Take at most so many pictures, evenly from all (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder for concepts.html, concepts.json and concept-maps.npz.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    inputs.check();
    options.check();
    if (limit < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be at least 1, but got " + limit);
    }
    ConceptFiles files = new ConceptFiles(out);
    files.check();
    Notes notes = new Notes(spec);
    NotedImages found = images(images, limit);
    try (ProgressLine progress = ProgressLine.of(spec, "concepts", "passes");
        Explainer explainer =
            model.explainer(inputs.labels(), layer.layers()).optProgress(progress).load()) {
      Explainer fitted = explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
      notes.add(fitted);
      notes.add(found.notes());
      Target target = options.target(fitted.model().labels());
      if (options.examples() == null) {
        concepts(fitted, found, target, files, notes, progress);
      } else {
        Target given = Objects.requireNonNull(target, "checked before");
        test(fitted, found, given, files, notes, progress);
      }
    }
    return 0;
  }

  private NotedImages images(Path folder, int most) throws IOException {
    double[] range = inputs.range();
    ImageSet all =
        range == null ? ImageSet.folder(folder) : ImageSet.folder(folder, range[0], range[1]);
    return new NotedImages(all.sample(most));
  }

  private void concepts(
      Explainer explainer,
      NotedImages found,
      @Nullable Target target,
      ConceptFiles files,
      Notes notes,
      ProgressLine progress)
      throws IOException {
    notes.print();
    Concepts concepts = Concepts.of(explainer, found, options.settings(target));
    progress.clear();
    notes.add(found.ofPictures());
    notes.add(concepts.notes());
    Map<String, String> manifest = ConceptsPage.manifest(concepts, explainer.model().name(), found);
    manifest.put("notes", String.join("; ", notes.all()));
    List<Path> written;
    try (NDManager manager = model.file().engine().engine().newBaseManager()) {
      written =
          files.write(
              concepts,
              new ConceptsPage(concepts, found, explainer.model().preprocessing())
                  .report("Concepts of " + concepts.label(), manifest),
              manifest,
              manager);
    }
    notes.print();
    PrintWriter console = spec.commandLine().getOut();
    if (json.given()) {
      concepts.concepts().forEach(one -> JsonOption.print(console, ConceptFiles.fields(one)));
      return;
    }
    console.println(concepts);
    written.forEach(console::println);
    console.flush();
  }

  private void test(
      Explainer explainer,
      NotedImages found,
      Target target,
      ConceptFiles files,
      Notes notes,
      ProgressLine progress)
      throws IOException {
    Path folder = Objects.requireNonNull(options.examples(), "checked before");
    Map<String, ImageSet> concepts = named(images(folder, Integer.MAX_VALUE), folder);
    NotedImages random =
        images(Objects.requireNonNull(options.random(), "checked before"), Integer.MAX_VALUE);
    notes.add(random.notes());
    notes.print();
    Tcav test = Tcav.of(explainer, concepts, random, found, target, options.runs(), 0);
    progress.clear();
    notes.add(test.notes());
    notes.add(found.ofPictures());
    Map<String, String> manifest = new LinkedHashMap<>();
    manifest.put("model", explainer.model().name());
    manifest.put("notes", String.join("; ", notes.all()));
    List<Path> written = files.write(test, manifest);
    notes.print();
    PrintWriter console = spec.commandLine().getOut();
    if (json.given()) {
      test.scores().forEach(one -> JsonOption.print(console, ConceptFiles.fields(one)));
      return;
    }
    console.println(test);
    written.forEach(console::println);
    console.flush();
  }

  /** The examples of each concept: a folder each, or all of them of one. */
  private static Map<String, ImageSet> named(ImageSet examples, Path folder) throws IOException {
    Map<String, ImageSet> concepts = new LinkedHashMap<>();
    if (examples.labels().isEmpty()) {
      concepts.put(String.valueOf(folder.toAbsolutePath().normalize().getFileName()), examples);
      return concepts;
    }
    int[] labels = new int[examples.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = examples.label(i);
    }
    for (int label = 0; label < examples.labels().size(); label++) {
      int one = label;
      int[] own = IntStream.range(0, labels.length).filter(i -> labels[i] == one).toArray();
      concepts.put(examples.labels().get(label), examples.only(own));
    }
    return concepts;
  }
}
