package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.data.Example;
import dev.limelight.drawing.Gallery;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.image.Picture;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import dev.limelight.notebook.chart.AuditCharts;
import dev.limelight.notebook.chart.Charts;
import dev.limelight.notebook.chart.EvaluationCharts;
import dev.limelight.randomisation.RandomisationCascade;
import dev.limelight.randomisation.RandomisationCascade.Row;
import dev.limelight.report.Browser;
import dev.limelight.report.HostileTexts;
import dev.limelight.verdict.Verdict;
import dev.limelight.verdict.Verdict.Light;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Outputs of cells whose every text tries to run a script, in a real browser. */
class HostileOutputsTest {

  private static final List<String> TEXTS = HostileTexts.ALL;
  private static final int SIDE = 64;

  @TempDir static Path folder;
  private static Browser browser;
  private static Explainer explainer;

  private record Settings(String name, String[] more) {}

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    explainer = HostileTexts.explainer(SIDE);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (explainer != null) {
      explainer.close();
    }
  }

  private static Picture picture(String name) {
    int[] pixels = new int[SIDE * SIDE];
    Arrays.fill(pixels, 0xff336699);
    return Picture.of(SIDE, SIDE, pixels, name);
  }

  /** Shows fragments as a notebook does, in a page that runs any script. */
  private static void show(String name, String fragments) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve(name + ".html"),
            "<!DOCTYPE html><meta charset=\"utf-8\"><title>x</title><link rel=icon href=\"data:,\">"
                + "<body><div>"
                + fragments
                + "</div></body>");
    browser.load(file, 1280, 1000);
  }

  private static void runsNothing(String name, List<Rendering> outputs) throws IOException {
    assertThat(outputs).isNotEmpty();
    show(name, outputs.stream().map(Rendering::html).collect(Collectors.joining("</div><div>")));
    browser.settle();
    assertThat(browser.is("window.hacked === undefined")).isTrue();
    assertThat(browser.is("document.title === 'x'")).isTrue();
    assertThat(browser.all("script, svg, style, [onerror], [onload], img[src=x], a, iframe"))
        .isEmpty();
    assertThat(browser.is("[...document.images].every(i => i.src.startsWith('data:'))")).isTrue();
    assertThat(browser.consoleMessages()).isEmpty();
    assertThat(browser.traffic())
        .filteredOn(message -> message.contains("Network.requestWillBeSent\""))
        .allMatch(message -> message.contains(name + ".html") || message.contains("\"data:"));
    String seen =
        browser.text("body")
            + browser.run(
                "return [...document.querySelectorAll('[alt],[aria-label]')]"
                    + ".map(e => (e.alt || '') + (e.ariaLabel || '')).join('\\n')");
    assertThat(seen).contains(TEXTS);
  }

  @Test
  void textsThatAreNotEscapedRun() throws IOException {
    show("open", TEXTS.get(0));
    assertThat(browser.is("window.hacked === 1")).isTrue();
  }

  @Test
  void valuesAndLinesRunNothing() throws Exception {
    try (RecordingScreen screen = new RecordingScreen()) {
      for (String text : TEXTS) {
        Notebook.show(text, List.of(text), new Settings(text, new String[] {text}));
        Notebook.show(Notebook.row(text, text));
        Notebook.show(Table.create(text, StringColumn.create(text, text)));
        Notebook.show(Notebook.summary(text).number(text, "%s", text));
        Notebook.check(true, text);
        Notebook.timed(text, () -> text);
        Notebook.live(text);
        Notebook.progress(text, 1).step(text);
        Progress open = new Progress(text, 3, () -> System.nanoTime() * 1_000);
        open.step(text);
        Notebook.show(new Provenance(Map.of(text, text)));
      }
      runsNothing("values", screen.outputs());
    }
  }

  @Test
  void figuresAndChartsRunNothing() throws IOException {
    try (RecordingScreen screen = new RecordingScreen()) {
      for (String text : TEXTS) {
        Explanation seen = explainer.explain(picture(text));
        HeatmapFigure map = HeatmapFigure.builder().setHeatmap(seen.map()).optCaption(text).build();
        Notebook.show(picture(text), seen.map(), seen, map, Gallery.of(List.of(map)));
        Notebook.show(Charts.lines(text, text, text, Map.of(text, new double[] {1, 2})));
        Notebook.show(Charts.bars(text, text, Map.of(text, 1)));
        Notebook.show(Charts.confusion(text, List.of(text, text), new int[][] {{1, 0}, {0, 1}}));
        Row row = new Row(text, 1, text, 0.5, 0.5);
        Notebook.show(Charts.cascade(text, new RandomisationCascade(List.of(row), 1, 1, 0)));
        Notebook.show(new Curves(text, text, text).add(text, 1));
      }
      runsNothing("figures", screen.outputs());
    }
  }

  private static Evaluation evaluation() {
    List<MetricInfo> metrics = TEXTS.stream().map(MetricInfo::higherIsBetter).toList();
    List<Contender> contenders = new ArrayList<>();
    List<Cell> cells = new ArrayList<>();
    List<Cost> costs = new ArrayList<>();
    for (String text : TEXTS) {
      for (String layer : TEXTS.subList(0, 2)) {
        Contender contender = new Contender(text, layer, contenders.size() < 2);
        contenders.add(contender);
        costs.add(new Cost(contender, 1, 1, 1));
        for (MetricInfo metric : metrics) {
          Measurement found =
              Measurement.area(List.of(1.0, 0.1 * contenders.size(), 0.01 * cells.size()));
          cells.add(new Cell(0, text, contender, metric.name(), found));
          cells.add(new Cell(1, text, contender, metric.name(), Measurement.discarded(text)));
        }
      }
    }
    return new Evaluation(2, contenders, metrics, cells, costs, 7);
  }

  @Test
  void evaluationsRunNothing() throws IOException {
    Evaluation evaluation = evaluation();
    try (RecordingScreen screen = new RecordingScreen()) {
      Notebook.show(EvaluationTables.pictures(evaluation), EvaluationTables.means(evaluation));
      Notebook.show(EvaluationTables.costs(evaluation, false));
      for (String text : TEXTS) {
        Notebook.show(
            EvaluationTables.ranking(evaluation, text),
            EvaluationTables.comparisons(evaluation, text),
            EvaluationCharts.ranking(evaluation, text),
            EvaluationCharts.curves(evaluation, text));
        Verdict verdict =
            new Verdict(Light.RED, List.of(new Verdict.Check(text, 0, 1, false, true)));
        Notebook.show(EvaluationTables.verdict(text, verdict));
        Notebook.show(EvaluationTables.verdicts(Map.of(text, List.of(verdict))));
      }
      Notebook.show(EvaluationCharts.agreement(evaluation));
      runsNothing("evaluations", screen.outputs());
    }
  }

  @Test
  void auditsRunNothing() throws IOException {
    List<AuditRow> rows = new ArrayList<>();
    for (int i = 0; i < 20 * TEXTS.size(); i++) {
      int label = i % TEXTS.size();
      float[] map = new float[AuditRow.SIDE * AuditRow.SIDE];
      map[label * 20] = 1;
      String text = TEXTS.get(label);
      rows.add(new AuditRow(i, text + i, label, label, text, 0.9, map, 0.25, 0.5, ""));
    }
    Audit audit = Audit.of(rows, 0);
    try (RecordingScreen screen = new RecordingScreen()) {
      Notebook.show(AuditTables.classes(audit), AuditTables.clusters(audit));
      Notebook.show(AuditCharts.clusters(audit), AuditCharts.meanMaps(audit));
      runsNothing("audit", screen.outputs());
    }
  }

  @Test
  void aWatchedTrainingRunsNothing() throws IOException {
    try (RecordingScreen screen = new RecordingScreen()) {
      List<Rendering> outputs = new ArrayList<>();
      for (String text : TEXTS) {
        Picture picture = picture(text);
        Example probe = Example.of(picture, 0);
        ProbeOverlay overlay =
            new ProbeOverlay(text, probe, explainer.explain(picture), Map.of(text, 0.5));
        LiveOverlays live = new LiveOverlays(2);
        live.begin(new WatchedRun(text, text, TEXTS, List.of(probe), Map.of(text, text)));
        live.epoch(new EpochOverlays(1, Map.of("train/loss", 0.5, text, 0.5), List.of(overlay)));
        outputs.add(screen.last());
        live.close();
        TrainingPage page = new TrainingPage(2);
        page.update(text, 1);
        outputs.add(screen.last());
        page.finish(TrainingPage.chart(text, text, new double[] {1}, Map.of(text, new double[1])));
      }
      runsNothing("training", Stream.concat(outputs.stream(), screen.outputs().stream()).toList());
    }
  }
}
