package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.audit.Audit;
import dev.limelight.cam.GradCam;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.drawing.Figure;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.metric.Sparseness;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.verdict.Verdict.Light;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages whose every text tries to run a script, in a real browser. */
class HostilePagesTest {

  private static final List<String> TEXTS = HostileTexts.ALL;

  @TempDir static Path folder;
  private static Browser browser;
  private static Explainer explainer;
  private static List<Picture> pictures;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    pictures = TrialReport.pictures(TEXTS.size());
    explainer = HostileTexts.explainer(64);
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

  private static Map<String, String> manifest() {
    Map<String, String> manifest = new LinkedHashMap<>();
    TEXTS.forEach(text -> manifest.put(text, text));
    return manifest;
  }

  private static ImageSet images() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      examples.add(Example.of(pictures.get(i).named(TEXTS.get(i)), i % 4));
    }
    return ImageSet.of(examples, TEXTS.subList(0, 4));
  }

  /** Shows a page, also without the policy that would forbid a script that is there. */
  private static void runsNothing(HtmlReport report, String name) throws IOException {
    String html = report.html();
    String open = html.replaceAll("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "");
    assertThat(open).hasSizeLessThan(html.length());
    for (String text : List.of(html, open)) {
      Path file = Files.writeString(folder.resolve(name + ".html"), text);
      browser.show(file, 1280, 1000);
      int shown = browser.all(".card .open").size();
      assertThat(shown).isPositive();
      browser.click("#picture-0 .open");
      assertThat(browser.text("#view-name")).isIn(TEXTS);
      assertThat(browser.is("window.hacked === undefined")).isTrue();
      assertThat(browser.all("img[src=x], svg[onload], [onerror]")).isEmpty();
      assertThat(browser.is("[...document.links].every(a => a.protocol !== 'javascript:')"))
          .isTrue();
      assertThat(browser.is("document.scripts.length === 2")).isTrue();
      assertThat(browser.consoleMessages()).isEmpty();
      assertThat(browser.traffic())
          .filteredOn(message -> message.contains("Network.requestWillBeSent\""))
          .allMatch(message -> message.contains(name + ".html") || message.contains("\"data:"));
    }
  }

  @Test
  void aReportRunsNoTextOfItsFields() throws IOException {
    HtmlReport.Builder report =
        HtmlReport.builder()
            .setTitle(String.join(" ", TEXTS))
            .optIntroduction(String.join("\n\n", TEXTS))
            .optManifest(manifest());
    for (int i = 0; i < TEXTS.size(); i++) {
      String text = TEXTS.get(i);
      Explanation seen = explainer.explain(pictures.get(i).named(text));
      Finding finding = new Finding(Light.RED, text, Map.of(text, text));
      report
          .addHeading(text)
          .addParagraph(text)
          .addPicture(new PictureMaps(text, text, List.of(new JudgedMap(seen, List.of(finding)))))
          .addTable(
              new ReportTable(text, List.of(text), List.of(List.of(Cell.of(text).withNote(text)))))
          .addFigure(Figure.of(pictures.get(i)).orElseThrow(), text)
          .addGroups(List.of(new Group(text, text, text, seen.map(), List.of(text))));
    }
    runsNothing(report.build(), "report");
  }

  @Test
  void anAuditRunsNoNameOfPicturesOrClasses() throws IOException {
    ImageSet images = images();
    AuditPage page =
        new AuditPage(Audit.of(explainer, images), explainer, images, new GradCam(), 1);
    runsNothing(page.report(TEXTS.get(1), manifest()), "audit");
  }

  @Test
  void aComparisonRunsNoNameOfPicturesOrClasses() throws IOException {
    ImageSet images = images();
    List<Method> methods = List.of(new GradCam());
    Evaluation evaluation =
        Evaluation.of(explainer, images, methods, List.of(), List.of(new Sparseness()));
    runsNothing(
        new ComparisonPage(evaluation, explainer, images, methods, 1)
            .report(TEXTS.get(1), manifest()),
        "comparison");
  }
}
