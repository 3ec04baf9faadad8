package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** How a report looks, to those who see it and to those who have it read to them. */
class ReportAppearanceTest {

  /**
   * Texts that are seen and do not reach a contrast of 4.5 with what lies behind them (WCAG 2.2,
   * 1.4.3), as "ratio text".
   */
  private static final String FAINT =
      """
      const rgba = (text) => {
        const numbers = text.match(/[\\d.]+/g).map(Number);
        return numbers.length === 3 ? [...numbers, 1] : numbers;
      };
      const over = (top, below) => below.slice(0, 3)
        .map((value, c) => value * (1 - top[3]) + top[c] * top[3]).concat(1);
      const light = (color) => {
        const [r, g, b] = color.map((value) => value / 255)
          .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (node) => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) {
          layers.push(rgba(getComputedStyle(at).backgroundColor));
        }
        return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const faint = [];
      let count = 0;
      while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        const node = walker.currentNode.parentElement;
        if (!text || !node.checkVisibility() || node.closest("script, style, option, .skip, :disabled")) {
          continue;
        }
        count++;
        const ground = behind(node);
        const a = light(over(rgba(getComputedStyle(node).color), ground));
        const b = light(ground);
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) {
          faint.push(ratio.toFixed(2) + " " + text);
        }
      }
      return [String(count), ...faint];
      """;

  private static final String UNTOLD =
      """
      return [...document.querySelectorAll("img, canvas, [role=img]")]
        .filter((node) => !(node.localName === "img" ? node.alt.trim()
          : node.getAttribute("role") === "img" && node.getAttribute("aria-label")?.trim()))
        .map((node) => node.outerHTML.slice(0, 200));
      """;

  private static final String UNNAMED =
      """
      return [...document.querySelectorAll("input, select, button, [tabindex='0'], dialog")]
        .filter((node) => node.checkVisibility())
        .filter((node) => !(node.labels?.length || node.textContent.trim()
          || node.getAttribute("aria-label")))
        .map((node) => node.outerHTML.slice(0, 200));
      """;

  @TempDir static Path folder;
  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    page = folder.resolve("report.html");
    List<PictureMaps> judged = new ArrayList<>();
    try (Explainer explainer = TrialReport.shapes()) {
      for (Picture picture : TrialReport.pictures(6)) {
        List<Explanation> maps = TrialReport.eightMaps(explainer, picture);
        judged.add(TrialReport.judged(picture.name(), "a scene", maps));
      }
    }
    TrialReport.everything(judged).build().save(page);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @SuppressWarnings("unchecked")
  private static List<String> found(String script) {
    return (List<String>) browser.run(script);
  }

  private static void awaitAllDrawn() {
    browser.await(
        "all maps",
        () -> browser.is("document.querySelectorAll('.card canvas[hidden]').length === 0"));
  }

  private static void assertLegible() {
    List<String> faint = found(FAINT);
    assertThat(Integer.parseInt(faint.get(0))).as("texts").isGreaterThan(40);
    assertThat(faint.subList(1, faint.size())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"screen,light", "screen,dark", "print,light", "print,dark"})
  void everyTextIsLegible(String media, String scheme) {
    browser.show(page, 1280, 1000);
    browser.media(media, scheme);
    assertLegible();
    String ground = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
    if (media.equals("print")) {
      assertThat(ground).isEqualTo("rgb(255, 255, 255)");
    } else {
      browser.click("#picture-0 .open");
      assertLegible();
      assertThat(ground.equals("rgb(22, 23, 26)")).isEqualTo(scheme.equals("dark"));
    }
  }

  @Test
  void paperKeepsTheMapsAndDropsTheControls() {
    browser.show(page, 1280, 1000);
    awaitAllDrawn();
    browser.media("print", "light");
    assertThat(
            found(
                "return [...document.querySelectorAll('button:not(.open, .sort), input, select')]"
                    + ".filter(node => node.checkVisibility()).map(node => node.outerHTML)"))
        .isEmpty();
    assertThat(browser.all(".card canvas"))
        .hasSizeGreaterThan(6)
        .allMatch(map -> map.isDisplayed());
    assertThat(browser.one("#settings-told").isDisplayed()).isTrue();
    assertThat(browser.text("#settings-told")).contains("grad-cam at layer3 for circle");
  }

  @Test
  void everyPictureHasAnAlternativeText() {
    browser.show(page, 1280, 1000);
    awaitAllDrawn();
    assertThat(found(UNTOLD)).isEmpty();
    assertThat(found(UNNAMED)).isEmpty();
    browser.click("#picture-1 .open");
    assertThat(found(UNTOLD)).isEmpty();
    assertThat(found(UNNAMED)).isEmpty();
    assertThat(browser.one("#cells canvas").getAttribute("aria-label"))
        .contains("scene-1.png", "what the model did not see is grey");
  }

  /** A verdict is known by its word and its symbol as well as by its colour. */
  @Test
  void lightsAreNoColourAlone() {
    browser.show(page, 1280, 1000);
    assertThat(
            found(
                "return [...new Set([...document.querySelectorAll('.card .light')]"
                    + ".map(light => light.className + ' ' + light.textContent))].sort()"))
        .contains("light amber !flips a little", "light green ✓beats the controls");
  }

  @Test
  void everythingIsReachedByTabAndItIsSeenWhere() {
    browser.show(page, 1280, 1000);
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      browser.press(Keys.TAB);
      reached.add(
          (String)
              browser.run(
                  "const node = document.activeElement;"
                      + "const ring = node.matches('.open') ? node.closest('.card') : node;"
                      + "return (node.id || node.className || node.textContent)"
                      + " + (getComputedStyle(ring).outlineStyle === 'none' ? ' UNSEEN' : '')"));
    }
    assertThat(reached)
        .contains("method", "layer", "class", "opacity", "threshold", "smooth", "find", "open")
        .noneMatch(one -> one.contains("UNSEEN"));
  }

  @ParameterizedTest
  @CsvSource({"320", "390", "768", "1920"})
  void noWidthScrollsSideways(int width) {
    browser.show(page, width, 800);
    String outside = "return document.documentElement.scrollWidth";
    assertThat(((Number) browser.run(outside)).intValue()).isLessThanOrEqualTo(width);
    browser.click("#picture-1 .open");
    assertThat(
            ((Number) browser.run("return document.getElementById('view').scrollWidth")).intValue())
        .isLessThanOrEqualTo(width);
  }

  @Test
  void twoHundredPicturesAreDrawnAsTheyComeIntoSight() throws IOException {
    List<Picture> pictures = TrialReport.pictures(200);
    HtmlReport.Builder report = HtmlReport.builder().setTitle("Two hundred");
    try (Explainer explainer = TrialReport.shapes()) {
      List<Explanation> first = explainer.explain(Question.of(pictures).methods(new GradCam()));
      List<Explanation> second = explainer.explain(Question.of(pictures).methods(new LayerCam()));
      for (int i = 0; i < pictures.size(); i++) {
        report.addMaps(pictures.get(i).name(), List.of(first.get(i), second.get(i)));
      }
    }
    Path file = folder.resolve("many.html");
    report.build().save(file);
    long start = System.nanoTime();
    browser.show(file, 1280, 1000);
    double seconds = (System.nanoTime() - start) / 1e9;
    // Far above what it takes anywhere; a page that draws all at once, over and over, is above it.
    assertThat(seconds).isLessThan(30);
    browser.run("document.getElementById('picture-199').scrollIntoView()");
    browser.await(
        "the last", () -> browser.is("!document.querySelector('#picture-199 canvas').hidden"));
    awaitAllDrawn();
    assertThat(browser.all(".card")).hasSize(200);
    assertThat(browser.consoleMessages()).isEmpty();
  }
}
