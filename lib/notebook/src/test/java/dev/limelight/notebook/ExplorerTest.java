package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.Saliency;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import dev.limelight.report.Browser;
import dev.limelight.report.HostileTexts;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The explorer in the output of a cell, in a real browser. */
class ExplorerTest {

  private static final Path DATA = Path.of("..", "..", "notebooks", "data");
  private static final int SIDE = 64;
  private static final Pattern READING =
      Pattern.compile("(\\S+) logit in row (\\d+), column (\\d+)");

  @TempDir static Path folder;
  private static Browser browser;
  private static Explainer shapes;
  private static List<Picture> pictures;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    shapes =
        Explainer.builder()
            .setModel(DATA.resolve("models/shapes/shapes-symbol.json"))
            .optLabels("circle", "square", "triangle", "cross")
            .optPreprocessing(Preprocessing.of(SIDE, SIDE))
            .load();
    pictures = Pictures.readAll(DATA.resolve("shapes"), "picture-0.png", "picture-1.png");
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (shapes != null) {
      shapes.close();
    }
  }

  private static List<Explanation> twoLayers() {
    List<Explanation> maps = new ArrayList<>();
    for (Explainer at : List.of(shapes, shapes.at("layer2"))) {
      maps.addAll(
          at.explain(
              Question.of(pictures)
                  .methods(new GradCam(), new LayerCam())
                  .targets(Target.of("circle"), Target.of("square"))));
    }
    return maps;
  }

  /** Shows an output with text around it, as a notebook's page does. */
  private static void show(String name, String html) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve(name + ".html"),
            "<!DOCTYPE html><meta charset=\"utf-8\"><title>x</title>"
                + "<link rel=icon href=\"data:,\"><body><p>before</p>"
                + html
                + "<p>after</p>");
    browser.load(file, 900, 800);
  }

  private static void enter() {
    browser.enter("iframe");
    browser.await(
        "the map", () -> browser.is("document.querySelector('#cells canvas').width > 300"));
    browser.settle();
  }

  private static void choose(String select, String option) {
    browser.run(
        "const list = document.getElementById(arguments[0]);"
            + "list.value = [...list.options].find(o => o.textContent === arguments[1]).value;"
            + "list.dispatchEvent(new Event('change', {bubbles: true}));",
        select,
        option);
    browser.settle();
  }

  @Test
  void methodLayerAndClassAreChosenInTheCell() throws IOException {
    Rendering shown = Renderings.of(twoLayers());
    assertThat(shown.text()).startsWith("Explorer: 16 maps of 2 pictures. Gallery of 3 figures");
    show("choices", shown.html());
    assertThat(browser.is("document.activeElement === document.body"))
        .as("the focus stays in the page")
        .isTrue();
    enter();
    assertThat(browser.text("#view-name")).isEqualTo("picture-0.png");
    List<String> seen = new ArrayList<>(List.of(browser.pixels("#cells canvas")));
    choose("class", "square");
    seen.add(browser.pixels("#cells canvas"));
    choose("method", "layer-cam");
    seen.add(browser.pixels("#cells canvas"));
    choose("layer", "layer2");
    seen.add(browser.pixels("#cells canvas"));
    browser.run(
        "const slider = document.getElementById('opacity'); slider.value = 20;"
            + "slider.dispatchEvent(new Event('input'));");
    browser.settle();
    seen.add(browser.pixels("#cells canvas"));
    browser.run("document.getElementById('next').click()");
    browser.settle();
    seen.add(browser.pixels("#cells canvas"));
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(browser.text("#view-name")).isEqualTo("picture-1.png");
    assertThat(browser.text("#facts")).contains("layer-cam", "layer2", "square");
    browser.leave();
    assertThat(browser.consoleMessages()).isEmpty();
    assertThat(browser.traffic())
        .filteredOn(message -> message.contains("Network.requestWillBeSent\""))
        .allMatch(message -> message.contains("choices.html") || message.contains("\"data:"));
  }

  @Test
  void theValueUnderThePointerIsTheMapsOwn() throws IOException {
    Explanation one = shapes.explain(pictures.get(0), new GradCam(), Target.of("circle"));
    show("value", Renderings.of(List.of(one)).html());
    enter();
    Heatmap map = one.map();
    browser.point("#cells canvas", 1.5 / map.width(), 2.5 / map.height());
    Matcher reading = READING.matcher(browser.text("#view-value"));
    assertThat(reading.matches()).isTrue();
    assertThat(reading.group(2) + " " + reading.group(3)).isEqualTo("3 2");
    assertThat(Double.parseDouble(reading.group(1)))
        .isCloseTo(map.get(1, 2), within(0.01 * (map.max() - map.min())));
    assertThat(browser.is("document.getElementById('next').checkVisibility()"))
        .as("there is only one picture")
        .isFalse();
    browser.leave();
  }

  @Test
  void withoutFramesThereIsAPicture() {
    String html = Renderings.of(twoLayers()).html();
    String left = html.replaceAll("(?s)<iframe.*</iframe>", "");
    assertThat(left)
        .hasSizeBetween(5_000, 200_000)
        .contains("<img width=\"")
        .contains("alt=\"Gallery of 3 figures.")
        .contains("src=\"data:image/jpeg;base64,")
        .doesNotContain("script");
  }

  @Test
  void anOutputHasABoundAndSaysWhatIsLeftOut() throws IOException {
    Explanation fine = shapes.explain(pictures.get(0), new Saliency(), Target.of("circle"));
    Rendering shown = Renderings.of(Collections.nCopies(1000, fine));
    assertThat(shown.html()).hasSizeLessThan(1_000_000);
    Matcher told =
        Pattern.compile("Explorer: (\\d+) maps of 1 picture; (\\d+) more do not fit")
            .matcher(shown.text());
    assertThat(told.find()).isTrue();
    assertThat(Integer.parseInt(told.group(1)) + Integer.parseInt(told.group(2))).isEqualTo(1000);
    show("bound", shown.html());
    enter();
    assertThat(browser.text(".lead")).contains(told.group());
    browser.leave();
  }

  @Test
  void picturesOfOneNameThatDifferStayApart() {
    List<Explanation> maps = new ArrayList<>();
    for (Picture picture : pictures) {
      maps.add(shapes.explain(picture.named("shape"), new GradCam(), Target.top()));
      maps.add(shapes.explain(picture.named("shape"), new LayerCam(), Target.top()));
    }
    assertThat(Renderings.of(maps).text()).startsWith("Explorer: 4 maps of 2 pictures");
  }

  @Test
  void hostileTextsRunNothing() throws IOException {
    try (Explainer hostile = HostileTexts.explainer(SIDE)) {
      List<Explanation> maps = new ArrayList<>();
      for (String text : HostileTexts.ALL) {
        maps.add(hostile.explain(pictures.get(0).named(text)));
      }
      show("hostile", Renderings.of(maps).html());
      assertThat(browser.is("window.hacked === undefined && document.title === 'x'")).isTrue();
      enter();
      assertThat(browser.text("#view-name")).isEqualTo(HostileTexts.ALL.get(0));
      assertThat(browser.is("window.hacked === undefined")).isTrue();
      browser.leave();
      assertThat(browser.consoleMessages()).isEmpty();
    }
  }
}
