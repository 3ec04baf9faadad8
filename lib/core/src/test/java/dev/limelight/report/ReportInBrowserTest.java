package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.codec.Pictures;
import dev.limelight.drawing.Overlay;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What a reader does with a report, in a real browser. */
class ReportInBrowserTest {

  private static final String CARD = "#picture-0 canvas";
  private static final String WIDE = "#picture-1 .frame canvas";
  private static final Pattern READING =
      Pattern.compile("(?:about )?(\\S+) (.*) in row (\\d+), column (\\d+)");

  @TempDir static Path folder;
  private static Browser browser;
  private static Path page;
  private static List<Picture> pictures;
  private static List<List<Explanation>> maps;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    pictures = TrialReport.pictures(6);
    maps = new ArrayList<>();
    List<PictureMaps> judged = new ArrayList<>();
    try (Explainer explainer = TrialReport.shapes()) {
      for (Picture picture : pictures) {
        maps.add(TrialReport.eightMaps(explainer, picture));
        judged.add(TrialReport.judged(picture.name(), "a scene", maps.get(maps.size() - 1)));
      }
    }
    page = folder.resolve("report.html");
    TrialReport.everything(judged).build().save(page);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void show() {
    browser.show(page, 1280, 1000);
  }

  private void choose(String select, String option) {
    browser.run(
        "const list = document.getElementById(arguments[0]);"
            + "list.value = [...list.options].find(o => o.textContent === arguments[1]).value;"
            + "list.dispatchEvent(new Event('change', {bubbles: true}));",
        select,
        option);
    browser.settle();
  }

  @Test
  void nothingLeavesThePageAndNothingFails() {
    choose("layer", "layer2");
    choose("palette", "blue-white-red (signed)");
    browser.click("#picture-1 .open");
    browser.press(Keys.ARROW_RIGHT);
    browser.press(Keys.ESCAPE);
    assertThat(browser.consoleMessages()).isEmpty();
    List<String> asked = new ArrayList<>();
    for (String message : browser.traffic()) {
      JsonObject event = new Gson().fromJson(message, JsonObject.class).getAsJsonObject("message");
      if (event.get("method").getAsString().equals("Network.requestWillBeSent")) {
        asked.add(
            event
                .getAsJsonObject("params")
                .getAsJsonObject("request")
                .get("url")
                .getAsString()
                .replaceAll("(?s),.*", ""));
      }
    }
    assertThat(asked)
        .contains(page.toUri().toString())
        .allMatch(url -> url.equals(page.toUri().toString()) || url.startsWith("data:"));
  }

  @Test
  void switchesChangeTheMap() {
    Map<String, String> seen = new HashMap<>();
    for (String method : List.of("grad-cam", "layer-cam")) {
      choose("method", method);
      for (String layer : List.of("layer2", "layer3")) {
        choose("layer", layer);
        for (String label : List.of("circle", "square")) {
          choose("class", label);
          seen.put(method + layer + label, browser.pixels(WIDE));
          Explanation map = map(1, method, layer, label);
          assertThat(browser.one(WIDE).getAttribute("aria-label"))
              .contains(label, method, "Heatmap over scene-1.png");
          assertThat(browser.text("#picture-1 .caption")).contains(map.targetLabel());
        }
      }
    }
    assertThat(seen.values()).doesNotHaveDuplicates().hasSize(8);
  }

  private static Explanation map(int picture, String method, String layer, String label) {
    return maps.get(picture).stream()
        .filter(one -> one.provenance().methodText().equals(method))
        .filter(one -> one.provenance().layerText().equals(layer))
        .filter(one -> one.targetLabel().equals(label))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void slidersAndTicksChangeThePixels() {
    String before = browser.pixels(CARD);
    browser.focus("#opacity");
    browser.press(5, Keys.ARROW_LEFT);
    String paler = browser.pixels(CARD);
    assertThat(browser.text("#opacity + output")).isEqualTo("60 %");
    browser.focus("#threshold");
    browser.press(8, Keys.ARROW_RIGHT);
    String less = browser.pixels(CARD);
    assertThat(browser.one("#threshold").getAttribute("aria-valuetext"))
        .isEqualTo("40 % of the maximum");
    List<String> seen = new ArrayList<>(List.of(before, paler, less));
    for (String tick : List.of("smooth", "contour", "peak")) {
      browser.focus("#" + tick);
      browser.press(Keys.SPACE);
      seen.add(browser.pixels(CARD));
    }
    choose("palette", "inferno");
    seen.add(browser.pixels(CARD));
    assertThat(seen).doesNotHaveDuplicates();
  }

  @Test
  void oneScaleForAllIsTheLargest() {
    double largest =
        pictures.stream()
            .mapToDouble(
                one -> map(pictures.indexOf(one), "grad-cam", "layer3", "circle").map().max())
            .max()
            .orElseThrow();
    browser.focus("#shared");
    browser.press(Keys.SPACE);
    for (WebElement card : browser.all(".card")) {
      String end =
          (String) browser.run("return arguments[0].querySelector('.bar').textContent", card);
      if (!end.startsWith("no positive")) {
        double shown = Double.parseDouble(end.replaceAll("^0|[^0-9.]", ""));
        assertThat(shown).isCloseTo(largest, within(0.01 * largest));
      }
    }
  }

  /** The page's pixels against those that the library draws. */
  @Test
  void overlaysAreDrawnAsTheLibraryDrawsThem() {
    browser.focus("#contour");
    browser.press(Keys.SPACE);
    browser.focus("#peak");
    browser.press(Keys.SPACE);
    for (String layer : List.of("layer2", "layer3")) {
      choose("layer", layer);
      Explanation map = map(1, "grad-cam", layer, "circle");
      Picture large = pictures.get(1).resized(360, 180);
      Rectangle2D seen = map.visibleRegion();
      double scale = 360.0 / pictures.get(1).width();
      int[] wanted =
          Pictures.of(
                  Overlay.builder()
                      .setPicture(large)
                      .setHeatmap(map.map())
                      .optRegion(
                          new Rectangle2D.Double(
                              seen.getX() * scale,
                              seen.getY() * scale,
                              seen.getWidth() * scale,
                              seen.getHeight() * scale))
                      .build()
                      .pixels(),
                  "")
              .rgb();
      @SuppressWarnings("unchecked")
      List<Number> drawn =
          (List<Number>)
              browser.run(
                  "const c = document.querySelector(arguments[0]);"
                      + "return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]",
                  WIDE);
      assertThat(drawn).hasSize(4 * 360 * 180);
      double sum = 0;
      for (int i = 0; i < wanted.length; i++) {
        for (int c = 0; c < 3; c++) {
          sum += Math.abs((wanted[i] >> 16 - 8 * c & 255) - drawn.get(4 * i + c).intValue());
        }
      }
      // Browsers enlarge photos by another filter, which leaves a little at edges.
      assertThat(sum / wanted.length / 3).as("mean difference of 255").isLessThan(1.5);
    }
  }

  private static void assertReading(String text, Heatmap map, int column, int row) {
    Matcher reading = READING.matcher(text);
    assertThat(reading.matches()).as(text).isTrue();
    assertThat(reading.group(2)).isEqualTo("logit");
    assertThat(reading.group(3)).isEqualTo(String.valueOf(row + 1));
    assertThat(reading.group(4)).isEqualTo(String.valueOf(column + 1));
    double value = map.get(column, row);
    double slack = 0.006 * Math.abs(value) + (map.max() - map.min()) / 65535;
    if (Math.abs(value) < 1e-3) {
      slack += 0.06 * Math.abs(value);
    }
    assertThat(Double.parseDouble(reading.group(1))).isCloseTo(value, within(slack));
  }

  @Test
  void theValueUnderThePointerIsTheMapsOwn() {
    Explanation first = map(0, "grad-cam", "layer3", "circle");
    Heatmap map = first.map();
    for (int[] cell : new int[][] {{0, 0}, {2, 1}, {map.width() - 1, map.height() - 1}}) {
      double x = (cell[0] + 0.5) / map.width();
      double y = (cell[1] + 0.5) / map.height();
      browser.point(CARD, x, y);
      assertReading(browser.text("#picture-0 .value"), map, cell[0], cell[1]);
    }
    // The network saw the middle half of the wide picture.
    Heatmap wide = map(1, "grad-cam", "layer3", "circle").map();
    browser.point(WIDE, 0.25 + 0.5 * 0.5 / wide.width(), 0.5 / wide.height());
    assertReading(browser.text("#picture-1 .value"), wide, 0, 0);
    browser.point(WIDE, 0.1, 0.5);
    assertThat(browser.one("#picture-1 .value").isDisplayed()).isFalse();
  }

  @Test
  void cellsAreReadByKeyboardToo() {
    browser.click("#picture-0 .open");
    browser.focus("#cells");
    Heatmap map = map(0, "grad-cam", "layer3", "circle").map();
    Heatmap.Point peak = map.peak();
    browser.press(Keys.ARROW_RIGHT);
    assertReading(browser.text("#view-value"), map, peak.x(), peak.y());
    int right = Math.min(map.width() - 1, peak.x() + 1);
    browser.press(Keys.ARROW_RIGHT);
    assertReading(browser.text("#view-value"), map, right, peak.y());
    browser.press(Keys.ARROW_UP);
    assertReading(browser.text("#view-value"), map, right, Math.max(0, peak.y() - 1));
    assertThat(browser.text("#view-name")).as("not the next one").isEqualTo("scene-0.png");
  }

  @SuppressWarnings("unchecked")
  private static List<String> column(int index) {
    return (List<String>)
        browser.run(
            "return [...document.querySelectorAll('.sortable tbody tr')]"
                + ".map(row => row.cells[arguments[0]].firstChild.textContent.trim())",
            index);
  }

  @Test
  void tablesSortByClickAndByKeyboard() {
    List<String> given = column(0);
    browser.click(".sortable th:nth-child(4) button");
    assertThat(browser.one(".sortable th:nth-child(4)").getAttribute("aria-sort"))
        .isEqualTo("ascending");
    assertThat(column(3)).containsExactly("0.167", "0.200", "0.250", "0.333", "1.000", "–");
    browser.press(Keys.ENTER);
    assertThat(browser.one(".sortable th:nth-child(4)").getAttribute("aria-sort"))
        .isEqualTo("descending");
    assertThat(column(3)).containsExactly("1.000", "0.333", "0.250", "0.200", "0.167", "–");
    browser.focus(".sortable th:nth-child(1) button");
    browser.press(Keys.SPACE);
    assertThat(browser.one(".sortable th:nth-child(4)").getAttribute("aria-sort"))
        .isEqualTo("none");
    assertThat(column(0)).isEqualTo(given).isSorted();
    assertThat(browser.one(".sortable td:nth-child(3)").getCssValue("text-align"))
        .isEqualTo("right");
  }

  @Test
  void theLargeViewIsUsedByKeyboardAlone() {
    browser.focus("#picture-0 .open");
    browser.press(Keys.ENTER);
    assertThat(browser.is("document.getElementById('view').open")).isTrue();
    assertThat(browser.is("document.getElementById('view').contains(document.activeElement)"))
        .isTrue();
    assertThat(browser.text("#view-name")).isEqualTo("scene-0.png");
    String first = browser.pixels("#cells canvas");
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.text("#view-name")).isEqualTo("scene-1.png");
    assertThat(browser.text("#view-place")).isEqualTo("2 of 6");
    assertThat(browser.pixels("#cells canvas")).isNotEqualTo(first);
    assertThat(browser.text("#facts")).contains("grad-cam", "layer3", "128 x 64 pixels");
    assertThat(browser.text("#view-told")).contains("correlation", "0.71");
    browser.press(2, Keys.ARROW_LEFT);
    assertThat(browser.text("#view-name")).as("around the end").isEqualTo("scene-5.png");
    browser.focus("#opacity");
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.text("#view-name")).as("a slider's own arrow").isEqualTo("scene-5.png");
    assertThat(browser.text("#opacity + output")).isEqualTo("66 %");
    browser.press(Keys.ESCAPE);
    assertThat(browser.is("document.getElementById('view').open")).isFalse();
    assertThat(browser.active().getText()).isEqualTo("scene-5.png");
    assertThat(browser.one("#opacity").isDisplayed()).as("back in the toolbar").isTrue();
  }

  @Test
  void otherMapsOfAPictureAreChosenInTheView() {
    browser.click("#picture-0 .open");
    assertThat(browser.all("#others button")).hasSize(8);
    String before = browser.pixels("#cells canvas");
    browser.focus("#others button:nth-child(4)");
    browser.press(Keys.ENTER);
    assertThat(browser.pixels("#cells canvas")).isNotEqualTo(before);
    assertThat(browser.text("#facts")).contains("layer-cam", "layer2");
    assertThat(browser.one("#others button:nth-child(4)").getAttribute("aria-pressed"))
        .isEqualTo("true");
    assertThat(browser.one("#layer").getAttribute("value"))
        .isEqualTo(browser.run("return document.querySelector('#layer option:last-child').value"));
  }

  @Test
  void namesInTablesAndGroupsLeadToTheView() {
    browser.click(".members li:nth-child(2) a");
    assertThat(browser.text("#view-name")).isEqualTo("scene-1.png");
    browser.press(Keys.ESCAPE);
    browser.focus(".sortable tbody tr:nth-child(3) a");
    browser.press(Keys.ENTER);
    assertThat(browser.text("#view-name")).isEqualTo("scene-2.png");
  }

  @Test
  void picturesAreFoundAndPutInOrder() {
    browser.focus("#find");
    browser.press("scene-3");
    assertThat(browser.all(".card").stream().filter(WebElement::isDisplayed)).hasSize(1);
    assertThat(browser.text("#count")).isEqualTo("1 of 6 pictures");
    browser.run("document.getElementById('find').value = ''");
    choose("order", "worst verdict first");
    List<String> levels =
        browser.all(".card .lights li:first-child .light").stream()
            .map(light -> light.getAttribute("class").replace("light ", ""))
            .toList();
    List<String> sorted = new ArrayList<>(levels);
    sorted.sort((a, b) -> b.compareTo(a));
    assertThat(levels).isEqualTo(sorted).hasSize(6);
  }

  @Test
  void theManifestIsDownloadedAsItIsRead() throws IOException {
    Path downloads = Files.createDirectories(folder.resolve("downloads"));
    browser.command(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", downloads.toString()));
    browser.click("#download");
    Path file = downloads.resolve("manifest.json");
    browser.await("the download", () -> Files.exists(file));
    JsonObject manifest = new Gson().fromJson(Files.readString(file), JsonObject.class);
    assertThat(manifest.get("seed").getAsString()).isEqualTo("7");
    assertThat(Files.readString(file)).isEqualTo(browser.text("#manifest"));
    browser.click("#copy");
    browser.await("a word", () -> !browser.text("#copied").isEmpty());
    assertThat(browser.consoleMessages()).isEmpty();
  }

  @Test
  void hostileNamesAreOnlyRead() throws IOException {
    String hostile = TrialReport.HOSTILE;
    Picture picture = pictures.get(0).named(hostile);
    Path file = folder.resolve("hostile.html");
    try (Explainer explainer = TrialReport.shapes()) {
      List<Explanation> seen = TrialReport.eightMaps(explainer, picture);
      HtmlReport.builder()
          .setTitle(hostile)
          .addPicture(TrialReport.judged(hostile, hostile, seen))
          .optManifest(Map.of(hostile, hostile))
          .build()
          .save(file);
    }
    browser.show(file, 1280, 1000);
    assertThat(browser.text("#picture-0 .open")).isEqualTo(hostile);
    assertThat(browser.text("h1")).isEqualTo(hostile);
    browser.click("#picture-0 .open");
    assertThat(browser.text("#view-name")).isEqualTo(hostile);
    assertThat(browser.all("img[src=x]")).isEmpty();
    assertThat(browser.consoleMessages()).isEmpty();
  }
}
