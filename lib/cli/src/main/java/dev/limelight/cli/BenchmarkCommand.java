package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.Provenance;
import dev.limelight.benchmark.Benchmark;
import dev.limelight.benchmark.BenchmarkListener;
import dev.limelight.benchmark.BenchmarkResult;
import dev.limelight.benchmark.Looks;
import dev.limelight.benchmark.Score;
import dev.limelight.cli.benchmark.SceneOptions;
import dev.limelight.cli.console.ProgressLine;
import dev.limelight.cli.console.Table;
import dev.limelight.cli.options.LayerOption;
import dev.limelight.cli.options.MethodsOption;
import dev.limelight.evaluation.Discarded;
import dev.limelight.method.Method;
import dev.limelight.report.BenchmarkPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code limelight benchmark}: measures methods on scenes with exact masks. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Pastes objects on backgrounds, so that their masks are exact, measures methods on them and"
            + " writes one HTML page: pointing, energy, overlap, boxes, classes told apart,"
            + " randomisation, insertion and deletion, costs, with paired intervals.")
final class BenchmarkCommand implements Callable<Integer> {

  @Mixin private ModelOptions model;

  @Mixin private InputOptions inputs;

  @Mixin private SceneOptions scenes;

  @Mixin private JsonOption json;

  @Mixin private LayerOption layer;

  @Mixin
  private MethodsOption methods =
      new MethodsOption(
          "grad-cam", "layer-cam", "eigen-cam", "grad-spotlight", "random-cam", "center-blob");

  @Option(names = "--title", paramLabel = "TEXT", description = "The page's title.")
  private @Nullable String title;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.html",
      description =
          "The page to write; " + Looks.NAME + " next to it counts how often a set was looked at.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    inputs.check();
    FolderOptions.checkWritable(out, "--out");
    Path folder = Objects.requireNonNull(out.toAbsolutePath().getParent(), "a file has a folder");
    Looks looks = Looks.in(folder);
    Notes notes = new Notes(spec);
    List<Method> chosen = methods.methods(names -> notes.distinct(names, "method"));
    Benchmark benchmark = scenes.benchmark().optMethods(chosen);
    try (Progress progress = new Progress(spec);
        Explainer explainer = model.explainer(inputs.labels(), layer.layers()).load()) {
      Explainer fitted = explainer.with(inputs.preprocessing(explainer.model().preprocessing()));
      notes.add(fitted);
      chosen.forEach(one -> notes.add(one.notes()));
      notes.print();
      BenchmarkResult result = benchmark.setExplainer(fitted).optListener(progress).run();
      String set = scenes.described();
      String look = set + ", " + model.name();
      String names = chosen.stream().map(Provenance::text).collect(Collectors.joining(", "));
      int count = looks.count(look) + 1;
      note(notes, result, look, count, looks.file());
      Map<String, String> manifest = manifest(result, set, names, count);
      manifest.put("notes", String.join("; ", notes.all()));
      new BenchmarkPage(result, set, count)
          .report(title == null ? "Benchmark of " + model.name() : title, manifest)
          .save(out);
      looks.add(look, names);
      progress.clear();
      notes.print();
      if (json.given()) {
        printJson(result, count);
      } else {
        print(result);
      }
    }
    return 0;
  }

  /** A line for each step, whose pictures take equally long. */
  private static final class Progress implements BenchmarkListener, AutoCloseable {

    private final CommandSpec spec;
    private @Nullable Step step;
    private @Nullable ProgressLine line;

    Progress(CommandSpec spec) {
      this.spec = spec;
    }

    @Override
    public void reached(Step now, int done, int total) {
      ProgressLine shown = line;
      if (shown == null || now != step) {
        clear();
        shown = ProgressLine.of(spec, "benchmark, " + words(now), "pictures");
        shown.expect(total);
        step = now;
        line = shown;
      }
      shown.reached(done);
    }

    private static String words(Step step) {
      return switch (step) {
        case SCENES -> "scenes";
        case MAPS -> "maps";
        case COSTLY -> "randomisation, insertion and deletion";
      };
    }

    /** Removes the line. */
    void clear() {
      if (line != null) {
        line.clear();
      }
    }

    @Override
    public void close() {
      clear();
    }
  }

  private static void note(Notes notes, BenchmarkResult result, String look, int count, Path file) {
    notes.add(
        List.of(
            "the network saw the objects in "
                + result.seen()
                + " of "
                + result.made()
                + " scenes, which alone are measured: "
                + result.rule()));
    if (!result.unknown().isEmpty()) {
      notes.add(
          List.of(
              "left out, as their class is not the network's: "
                  + String.join(", ", result.unknown())));
    }
    notes.add(Discarded.notes(result.evaluation()));
    notes.add(
        List.of(
            "this set was looked at "
                + (count == 1 ? "for the first time" : count + " times")
                + " ("
                + look
                + "); "
                + Looks.NAME
                + " keeps count"));
  }

  private Map<String, String> manifest(
      BenchmarkResult result, String set, String names, int count) {
    Map<String, String> manifest = new LinkedHashMap<>();
    manifest.put("model", result.explainer().model().name());
    manifest.put("method", names);
    manifest.put("scenes", result.seen() + " of " + result.made());
    manifest.put("set", set);
    manifest.put("looked at", String.valueOf(count));
    manifest.put("preprocessing", result.explainer().model().preprocessing().toString());
    manifest.put("seed", String.valueOf(scenes.seed()));
    return manifest;
  }

  private void print(BenchmarkResult result) {
    Table table = new Table(result.scores().size() + 1);
    table.row(
        "metric",
        "method",
        "value",
        "95 % interval",
        "scenes",
        "less " + result.reference(),
        "95 % interval");
    for (Score one : result.scores()) {
      table.row(
          one.metric(),
          one.method(),
          number(one.value()),
          interval(one.low(), one.high()),
          String.valueOf(one.scenes()),
          number(one.difference()),
          interval(one.differenceLow(), one.differenceHigh()));
    }
    table.print(spec.commandLine().getOut());
    spec.commandLine().getOut().println(out);
    spec.commandLine().getOut().flush();
  }

  private void printJson(BenchmarkResult result, int count) {
    for (Score one : result.scores()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("metric", one.metric());
      fields.put("method", one.method());
      fields.put("value", one.value());
      fields.put("low", one.low());
      fields.put("high", one.high());
      fields.put("higherIsBetter", one.higherIsBetter());
      fields.put("scenes", one.scenes());
      fields.put("discarded", one.discarded());
      fields.put("reference", result.reference());
      fields.put("difference", one.difference());
      fields.put("differenceLow", one.differenceLow());
      fields.put("differenceHigh", one.differenceHigh());
      fields.put("looks", count);
      fields.put("files", List.of(out.toString()));
      JsonOption.print(spec.commandLine().getOut(), fields);
    }
  }

  private static String interval(double low, double high) {
    return Double.isNaN(low) ? "-" : number(low) + " to " + number(high);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
