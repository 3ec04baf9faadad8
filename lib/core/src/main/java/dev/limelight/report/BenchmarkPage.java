package dev.limelight.report;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.benchmark.BenchmarkResult;
import dev.limelight.benchmark.SceneCount;
import dev.limelight.benchmark.Score;
import dev.limelight.data.Example;
import dev.limelight.evaluation.Discarded;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.evaluation.MethodMaps;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.report.markup.Paragraphs;
import dev.limelight.support.Count;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A benchmark as one HTML page. */
@API(status = Status.INTERNAL)
public final class BenchmarkPage {

  private static final int SHOWN = 12;
  private static final int UNKNOWN_SHOWN = 12;

  private final BenchmarkResult result;
  private final String set;
  private final int looks;

  /**
   * The page of a result.
   *
   * @param set which scenes these are, in words
   * @param looks how often these scenes were looked at, this time included
   */
  public BenchmarkPage(BenchmarkResult result, String set, int looks) {
    this.result = result;
    this.set = set;
    this.looks = looks;
  }

  /** Explains the first scenes again, and creates the page. */
  public HtmlReport report(String title, Map<String, String> manifest) throws IOException {
    HtmlReport.Builder page =
        HtmlReport.builder().setTitle(title).optIntroduction(introduction()).optManifest(manifest);
    page.addHeading("What was measured").addTable(values());
    if (result.methods().size() > 1) {
      page.addHeading("Against " + result.reference()).addTable(differences());
    }
    page.addHeading("What the metrics mean").addTable(meanings());
    page.addHeading("Objects").addTable(objects());
    page.addHeading("Scenes");
    for (PictureMaps maps : pictures()) {
      page.addPicture(maps);
    }
    return page.build();
  }

  private String introduction() {
    List<String> unknown = result.unknown();
    return "The network saw the objects in "
        + result.seen()
        + " of "
        + Count.of(result.made(), "scene")
        + " ("
        + result.rule()
        + "); "
        + (result.made() - result.seen())
        + " are left out. Set: "
        + set
        + ". "
        + (looks == 1
            ? "It was looked at for the first time."
            : "It was looked at "
                + looks
                + " times, this time included: what was chosen by it is not tested by it.")
        + (unknown.isEmpty()
            ? ""
            : " Left out, as their class is not the network's: "
                + String.join(", ", unknown.subList(0, Math.min(UNKNOWN_SHOWN, unknown.size())))
                + (unknown.size() > UNKNOWN_SHOWN
                    ? " and " + (unknown.size() - UNKNOWN_SHOWN) + " more."
                    : "."))
        + Paragraphs.sentences(Discarded.notes(result.evaluation()))
        + "\n\nThe objects are pasted, so that their masks are exact; on natural photos the values may"
        + " be lower.";
  }

  private List<String> columns(boolean costs) {
    List<String> columns = new ArrayList<>(List.of("method"));
    result
        .evaluation()
        .metrics()
        .forEach(one -> columns.add(one.name() + (one.higherIsBetter() ? " ↑" : " ↓")));
    if (costs) {
      columns.addAll(List.of("passes", "ms per map"));
    }
    return columns;
  }

  private ReportTable values() {
    Evaluation evaluation = result.evaluation();
    List<List<Cell>> rows = new ArrayList<>();
    for (Contender contender : evaluation.contenders()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(contender.method())));
      for (String metric : result.metrics()) {
        row.add(value(result.score(contender.method(), metric)));
      }
      Optional<Cost> cost = evaluation.cost(contender);
      row.add(Cell.of(cost.map(one -> (double) one.passes()).orElse(Double.NaN), 0));
      row.add(Cell.of(cost.map(Cost::milliseconds).orElse(Double.NaN), 1));
      rows.add(row);
    }
    return new ReportTable(
        "Means over the scenes with 95 % intervals; ↑ higher is better, ↓ lower is better",
        columns(true), rows);
  }

  private static Cell value(Score score) {
    Cell cell = Cell.of(score.value(), 3);
    if (score.scenes() == 0) {
      return cell.withNote("none of " + score.discarded() + " measured");
    }
    String interval =
        Double.isNaN(score.low())
            ? "no interval"
            : interval("%.3f to %.3f", score.low(), score.high());
    return cell.withNote(
        interval
            + ", "
            + Count.of(score.scenes(), "scene")
            + (score.discarded() == 0 ? "" : ", " + score.discarded() + " discarded"));
  }

  private static String interval(String format, double low, double high) {
    return String.format(Locale.ROOT, format, low, high);
  }

  private ReportTable differences() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Contender contender : result.evaluation().contenders()) {
      if (!contender.method().equals(result.reference())) {
        List<Cell> row = new ArrayList<>(List.of(Cell.of(contender.method())));
        for (String metric : result.metrics()) {
          row.add(difference(result.score(contender.method(), metric)));
        }
        rows.add(row);
      }
    }
    return new ReportTable(
        "Differences to "
            + result.reference()
            + " on the same scenes with 95 % intervals by the paired bootstrap",
        columns(false),
        rows);
  }

  private static Cell difference(Score score) {
    if (Double.isNaN(score.difference())) {
      return Cell.of(Double.NaN, 3);
    }
    Cell cell =
        new Cell(String.format(Locale.ROOT, "%+.3f", score.difference()), score.difference(), "");
    if (Double.isNaN(score.differenceLow())) {
      return cell.withNote("too few scenes");
    }
    String verdict = score.isBetter() ? ", better" : score.isWorse() ? ", worse" : "";
    return cell.withNote(
        interval("%+.3f to %+.3f", score.differenceLow(), score.differenceHigh()) + verdict);
  }

  private static ReportTable meanings() {
    return new ReportTable(
        "Randomisation, insertion and deletion are measured on the first scenes only",
        List.of("metric", "what it is"),
        List.of(
            meaning(
                "pointing-game",
                "the map's maximum, at the centre of its cell, is on the object; equal maxima share"
                    + " the point, and there is no tolerance"),
            meaning("energy-in-mask", "the share of the positive map on the object"),
            meaning(
                "best-iou",
                "overlap of the object and the map above the threshold that is best for each"
                    + " scene"),
            meaning(
                "max-box-acc-v2",
                "boxes that match the object's by 0.3, 0.5 and 0.7, at the thresholds that are best"
                    + " for all scenes (Choe et al. 2020)"),
            meaning(
                "peak-on-other",
                "of two objects, the maximum is on the one that was not asked for"),
            meaning("energy-share", "of the map on both objects, the part on the one asked for"),
            meaning(
                "model-randomisation", "correlation with the map after the last layer is shuffled"),
            meaning(
                "insertion-deletion",
                "area under the probability while pixels are added, less that while they are"
                    + " removed"),
            meaning(
                "passes",
                "forward and backward passes of the network, or of what follows the layer, the"
                    + " first forward included")));
  }

  private static List<Cell> meaning(String metric, String text) {
    return List.of(Cell.of(metric), Cell.of(text));
  }

  private ReportTable objects() {
    List<List<Cell>> rows = new ArrayList<>();
    for (SceneCount one : result.objects()) {
      rows.add(List.of(Cell.of(one.object()), Cell.of(one.made(), 0), Cell.of(one.seen(), 0)));
    }
    return new ReportTable(
        "How often each object was pasted, and seen by the network",
        List.of("object", "scenes", "seen"),
        rows);
  }

  private List<PictureMaps> pictures() throws IOException {
    Explainer explainer = result.explainer();
    List<PictureMaps> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN, result.pictures().size()); i++) {
      Example example = result.pictures().get(i);
      List<Explanation> maps =
          List.copyOf(
              MethodMaps.of(
                      explainer, example.picture(), result.methods(), Target.of(example.label()))
                  .maps()
                  .values());
      if (!maps.isEmpty()) {
        shown.add(PictureMaps.of(example.name() + ": " + maps.get(0).targetLabel(), maps));
      }
    }
    return shown;
  }
}
