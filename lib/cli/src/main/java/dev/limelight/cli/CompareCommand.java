package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.Provenance;
import dev.limelight.cli.console.ProgressLine;
import dev.limelight.cli.console.Table;
import dev.limelight.cli.options.LayerOption;
import dev.limelight.cli.options.MethodsOption;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Discarded;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.evaluation.EvaluationBuilder;
import dev.limelight.method.Method;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.Metrics;
import dev.limelight.report.AuditPage;
import dev.limelight.report.ComparisonPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code limelight compare}: measures methods on a folder of pictures and writes one page. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures methods on a folder of pictures and writes one HTML page: means with intervals,"
            + " comparisons with controls, costs, pictures.")
final class CompareCommand implements Callable<Integer> {

  @Mixin private FolderOptions folder;

  @Mixin private LayerOption layer;

  @Mixin
  private MethodsOption methods =
      new MethodsOption(
          "grad-cam", "grad-cam++", "layer-cam", "eigen-cam", "random-cam", "center-blob", "sobel");

  @Option(
      names = {"--metrics", "--metric"},
      split = ",",
      paramLabel = "NAME",
      defaultValue = "insertion,deletion,average-drop,pointing-game,energy-in-mask",
      description =
          "What to measure; an unknown name lists what there is (default: ${DEFAULT-VALUE}; those that need masks only where there are masks).")
  private List<String> metrics;

  @Option(
      names = "--true-class",
      description =
          "Explain the class of the picture's folder, which is a label or an index, and not the predicted one.")
  private boolean trueClass;

  @Option(
      names = "--results",
      paramLabel = "FOLDER",
      description =
          "Keep what is measured there, picture by picture; a run that was stopped goes on from"
              + " it.")
  private @Nullable Path results;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    folder.check();
    if (results != null) {
      FolderOptions.checkWritable(results.resolve("manifest.json"), "--results");
    }
    Notes notes = new Notes(spec);
    List<Method> chosen = methods.methods(names -> notes.distinct(names, "method"));
    List<Metric> asked =
        notes.distinct(metrics, "metric").stream().<Metric>map(Metrics::named).toList();
    NotedImages found = folder.images();
    List<Metric> measured = measurable(asked, notes);
    try (ProgressLine progress = ProgressLine.of(spec, "compare", "pictures");
        Explainer explainer = folder.explainer(layer.layers())) {
      Explainer fitted = folder.fitted(explainer);
      ImageSet images = fitted.labelled(found);
      notes.add(fitted);
      notes.add(images.notes());
      chosen.forEach(one -> notes.add(one.notes()));
      notes.print();
      progress.expect(images.size());
      EvaluationBuilder builder =
          Evaluation.builder()
              .setExplainer(fitted)
              .setImages(images)
              .optMethods(chosen)
              .optMetrics(measured)
              .optTrueClass(trueClass)
              .optSeed(seed)
              .optListener((done, total, cells, maps) -> progress.reached(done));
      Evaluation evaluation = (results == null ? builder : builder.optFolder(results)).run();
      Map<String, String> manifest = AuditPage.manifest(fitted, images, chosen.get(0));
      manifest.put(
          "method", chosen.stream().map(Provenance::text).collect(Collectors.joining(", ")));
      manifest.put("metrics", String.join(", ", names(measured)));
      manifest.put("seed", String.valueOf(seed));
      notes.add(found.ofPictures());
      notes.add(Discarded.notes(evaluation));
      manifest.put("notes", String.join("; ", notes.all()));
      new ComparisonPage(evaluation, fitted, images, chosen, folder.verdicts())
          .optTrueClass(trueClass)
          .report(folder.title("Comparison"), manifest)
          .save(folder.out());
      progress.clear();
      notes.print();
      if (folder.json()) {
        printJson(evaluation, names(measured));
      } else {
        print(evaluation);
      }
    }
    return 0;
  }

  /** Those of the default metrics that these pictures allow, or all that the user names. */
  private List<Metric> measurable(List<Metric> asked, Notes notes) throws IOException {
    boolean named = spec.commandLine().getParseResult().hasMatchedOption("--metrics");
    List<Metric> masked = asked.stream().filter(one -> one.info().needsMask()).toList();
    if (named || masked.isEmpty() || folder.hasMasks()) {
      return asked;
    }
    notes.add(
        List.of(
            String.join(" and ", names(masked))
                + " need masks, and no picture has one: put cat.mask.png, white on the object and of"
                + " the size of the picture, beside cat.jpg"));
    return asked.stream().filter(one -> !one.info().needsMask()).toList();
  }

  private static List<String> names(List<Metric> metrics) {
    return metrics.stream().map(metric -> metric.info().name()).toList();
  }

  private void print(Evaluation evaluation) {
    Table table = new Table(evaluation.contenders().size() * evaluation.metrics().size() + 1);
    table.row("metric", "method", "mean", "95 % interval", "pictures");
    for (MetricInfo metric : evaluation.metrics()) {
      for (MetricSummary one : evaluation.ranking(metric.name())) {
        table.row(
            metric.name(),
            one.contender().method(),
            one.count() == 0 ? "-" : number(one.mean()),
            one.hasInterval() ? number(one.low()) + " to " + number(one.high()) : "-",
            String.valueOf(one.count()));
      }
    }
    table.print(spec.commandLine().getOut());
    spec.commandLine().getOut().println(folder.out());
    spec.commandLine().getOut().flush();
  }

  private void printJson(Evaluation evaluation, List<String> names) {
    for (String metric : names) {
      for (MetricSummary one : evaluation.ranking(metric)) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("metric", metric);
        fields.put("method", one.contender().method());
        fields.put("layer", one.contender().layer());
        fields.put("mean", one.mean());
        fields.put("low", one.low());
        fields.put("high", one.high());
        fields.put("higherIsBetter", one.higherIsBetter());
        fields.put("pictures", one.count());
        fields.put("discarded", one.discarded());
        fields.put("files", List.of(folder.out().toString()));
        JsonOption.print(spec.commandLine().getOut(), fields);
      }
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
