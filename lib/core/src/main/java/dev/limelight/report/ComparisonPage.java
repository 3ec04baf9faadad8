package dev.limelight.report;

import dev.limelight.Explainer;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Comparison;
import dev.limelight.evaluation.Discarded;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.evaluation.MethodMaps;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.metric.MetricInfo;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.report.markup.Paragraphs;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import dev.limelight.verdict.Judge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An {@link Evaluation} as one HTML page. */
public final class ComparisonPage {

  private static final int MAX_PICTURES = 24;

  private final Evaluation evaluation;
  private final Explainer explainer;
  private final ImageSet images;
  private final List<? extends Method> methods;
  private final int judged;
  private boolean trueClass;

  /**
   * The page of an evaluation.
   *
   * @param evaluation of the images, by that explainer and these methods
   * @param judged the number of pictures whose map by the first method gets a verdict; {@link
   *     Judge#cost} gives the cost of each
   */
  public ComparisonPage(
      Evaluation evaluation,
      Explainer explainer,
      ImageSet images,
      List<? extends Method> methods,
      int judged) {
    this.evaluation = evaluation;
    this.explainer = explainer;
    this.images = images;
    this.methods = List.copyOf(methods);
    this.judged = judged;
  }

  /** Shows the maps of the true class, if the evaluation measured these. */
  public ComparisonPage optTrueClass(boolean newTrueClass) {
    trueClass = newTrueClass;
    return this;
  }

  /** Explains the first pictures again, and creates the page. */
  public HtmlReport report(String title, Map<String, String> manifest) {
    HtmlReport.Builder page =
        HtmlReport.builder().setTitle(title).optIntroduction(introduction()).optManifest(manifest);
    page.addHeading("What was measured").addTable(means());
    if (evaluation.metrics().stream()
        .anyMatch(metric -> !evaluation.comparisons(metric.name()).isEmpty())) {
      page.addHeading("Better than maps that look at no class?").addTable(controls());
    }
    if (evaluation.metrics().size() > 1 && evaluation.contenders().size() > 2) {
      page.addHeading("Do the metrics agree?").addTable(agreement());
    }
    List<PictureMaps> shown = pictures();
    page.addHeading("Pictures");
    if (judged > 0 && judged < shown.size()) {
      page.addParagraph(Paragraphs.judged(judged));
    }
    shown.forEach(page::addPicture);
    return page.build();
  }

  private String introduction() {
    List<String> best = new ArrayList<>();
    boolean measured = false;
    for (MetricInfo metric : evaluation.metrics()) {
      List<MetricSummary> ranking = evaluation.ranking(metric.name());
      measured |= ranking.stream().anyMatch(one -> one.count() > 0);
      String mean = three(ranking.get(0).mean());
      List<MetricSummary> first =
          ranking.stream().filter(one -> three(one.mean()).equals(mean)).toList();
      if (first.get(0).hasInterval()) {
        String names =
            first.stream()
                .map(one -> evaluation.name(one.contender()))
                .collect(Collectors.joining(" and "));
        best.add(names + " by " + metric.name() + " (" + mean + ")");
      }
    }
    return Count.of(evaluation.pictures(), "picture")
        + ", "
        + Count.of(evaluation.contenders().size(), "method")
        + ", "
        + Count.of(evaluation.metrics().size(), "metric")
        + "."
        + (measured ? "" : " No map could be measured.")
        + (best.isEmpty() ? "" : " Best mean: " + String.join("; ", best) + ".")
        + Paragraphs.sentences(images.notes())
        + Paragraphs.sentences(Discarded.notes(evaluation))
        + "\n\nAn interval is the 95 % confidence interval of the mean over such pictures; with fewer"
        + " than six pictures there is none, and no best method. Where two overlap, the order of the"
        + " methods may be chance.";
  }

  private static String three(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private ReportTable means() {
    List<String> columns = new ArrayList<>(List.of("method"));
    for (MetricInfo metric : evaluation.metrics()) {
      columns.add(metric.name() + (metric.higherIsBetter() ? " ↑" : " ↓"));
    }
    columns.addAll(List.of("ms per map", "MB"));
    List<List<Cell>> rows = new ArrayList<>();
    for (Contender contender : evaluation.contenders()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(evaluation.name(contender))));
      for (MetricInfo metric : evaluation.metrics()) {
        row.add(mean(evaluation.summary(contender, metric.name())));
      }
      Optional<Cost> cost = evaluation.cost(contender);
      row.add(Cell.of(cost.map(Cost::milliseconds).orElse(Double.NaN), 1));
      row.add(Cell.of(cost.map(Cost::megabytes).orElse(Double.NaN), 0));
      rows.add(row);
    }
    return new ReportTable(
        "Means over the pictures with 95 % intervals; ↑ higher is better, ↓ lower is better",
        columns, rows);
  }

  private static Cell mean(MetricSummary summary) {
    Cell cell = Cell.of(summary.mean(), 3);
    if (summary.count() == 0) {
      return cell.withNote("none of " + summary.discarded() + " measured");
    }
    String interval =
        summary.hasInterval()
            ? String.format(Locale.ROOT, "%.3f to %.3f", summary.low(), summary.high())
            : Count.of(summary.count(), "picture") + " only";
    return cell.withNote(
        summary.discarded() == 0 ? interval : interval + ", " + summary.discarded() + " discarded");
  }

  private ReportTable controls() {
    List<List<Cell>> rows = new ArrayList<>();
    for (MetricInfo metric : evaluation.metrics()) {
      for (Comparison comparison : evaluation.comparisons(metric.name())) {
        if (comparison.count() > 0) {
          rows.add(
              List.of(
                  Cell.of(metric.name()),
                  Cell.of(evaluation.name(comparison.contender())),
                  Cell.of(evaluation.name(comparison.control())),
                  Cell.of(comparison.advantage(), 3),
                  p(comparison.adjusted()),
                  Cell.of(comparison.wins() ? "yes" : "no")));
        }
      }
    }
    return new ReportTable(
        "Advantage over the controls on the same pictures; p by Wilcoxon's signed-rank test with"
            + " Holm's correction",
        List.of("metric", "method", "control", "advantage", "p", "better"),
        rows);
  }

  private static Cell p(double value) {
    return value < 1e-4 ? new Cell("< 0.0001", value, "") : Cell.of(value, 4);
  }

  private ReportTable agreement() {
    List<String> names = evaluation.metrics().stream().map(MetricInfo::name).toList();
    List<String> columns = new ArrayList<>(List.of("metric"));
    columns.addAll(names);
    List<List<Cell>> rows = new ArrayList<>();
    for (String one : names) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(one)));
      names.forEach(other -> row.add(Cell.of(evaluation.agreement(one, other), 2)));
      rows.add(row);
    }
    return new ReportTable(
        "How far two metrics order the methods alike (Spearman's correlation): 1 is the same order,"
            + " -1 the reverse",
        columns,
        rows);
  }

  private List<PictureMaps> pictures() {
    ImageSet shownImages = trueClass ? explainer.labelled(images) : images;
    Judge judge = new Judge(explainer, methods.get(0));
    List<PictureMaps> shown = new ArrayList<>();
    for (int i = 0; i < images.size() && shown.size() < MAX_PICTURES; i++) {
      try {
        Example example = shownImages.get(i);
        if (trueClass && (example.label() < 0 || !example.sameName().isEmpty())) {
          continue;
        }
        Target target = trueClass ? Target.of(example.label()) : Target.top();
        List<JudgedMap> maps = maps(judge, example.picture(), target, shown.size() < judged);
        if (!maps.isEmpty()) {
          shown.add(new PictureMaps(images.name(i), "", maps));
        }
      } catch (IOException | UnsupportedException e) {
        // Its cells give the reason.
        continue;
      }
    }
    return shown;
  }

  private List<JudgedMap> maps(Judge judge, Picture picture, Target target, boolean judgeFirst) {
    List<JudgedMap> maps = new ArrayList<>();
    MethodMaps.of(explainer, picture, methods, target)
        .maps()
        .forEach(
            (method, map) -> {
              boolean judges = judgeFirst && method.equals(methods.get(0));
              maps.add(
                  new JudgedMap(
                      map, judges ? List.of(Finding.of(judge.judge(picture, target))) : List.of()));
            });
    return maps;
  }
}
