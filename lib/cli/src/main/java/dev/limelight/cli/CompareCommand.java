package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.evaluation.EvaluationBuilder;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Metrics;
import dev.limelight.report.AuditPage;
import dev.limelight.report.ComparisonPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description = "Where to cut; without it the last layer with spatial extent (see layers).")
  private List<String> layers = List.of();

  @Option(
      names = {"--methods", "--method"},
      split = ",",
      paramLabel = "NAME",
      defaultValue = "grad-cam,grad-cam++,layer-cam,eigen-cam,random-cam,center-blob,sobel",
      description = "Some of those that methods lists (default: ${DEFAULT-VALUE}).")
  private List<String> methods;

  @Option(
      names = {"--metrics", "--metric"},
      split = ",",
      paramLabel = "NAME",
      defaultValue = "insertion,deletion,average-drop,pointing-game,energy-in-mask",
      description =
          "What to measure; an unknown name lists what there is (default: ${DEFAULT-VALUE}).")
  private List<String> metrics;

  @Option(
      names = "--true-class",
      description = "Explain the class of the picture's folder, and not the predicted one.")
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
    List<Method> chosen = methods.stream().map(Methods::named).toList();
    List<Metric> measured = metrics.stream().map(Metrics::named).toList();
    ImageSet found = folder.images();
    try (ProgressLine progress = ProgressLine.of(spec, "compare", "pictures");
        Explainer explainer = folder.explainer(layers)) {
      Explainer fitted = folder.fitted(explainer);
      ImageSet images = found.labelled(fitted.model().labels());
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
      manifest.put("method", chosen.toString());
      manifest.put("metrics", measured.toString());
      manifest.put("seed", String.valueOf(seed));
      new ComparisonPage(evaluation, fitted, images, chosen, folder.verdicts())
          .report(folder.title("Comparison"), manifest)
          .save(folder.out());
      progress.clear();
      print(evaluation, folder.notes(fitted));
    }
    return 0;
  }

  private void print(Evaluation evaluation, List<String> notes) {
    Table table = new Table(evaluation.contenders().size() * metrics.size() + 1);
    table.row("metric", "method", "mean", "95 % interval", "pictures");
    for (String metric : metrics) {
      for (MetricSummary one : evaluation.ranking(metric)) {
        table.row(
            metric,
            one.contender().method(),
            one.count() == 0 ? "-" : number(one.mean()),
            one.count() == 0 ? "-" : number(one.low()) + " to " + number(one.high()),
            String.valueOf(one.count()));
      }
    }
    table.print(spec.commandLine().getOut());
    notes.forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().println(folder.out());
    spec.commandLine().getOut().flush();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
