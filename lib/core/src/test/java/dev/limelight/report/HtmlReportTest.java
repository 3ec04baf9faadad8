package dev.limelight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.codec.Pictures;
import dev.limelight.drawing.Figure;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.target.Target;
import dev.limelight.verdict.Verdict.Light;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

  private static final String HOSTILE = TrialReport.HOSTILE;

  private static Explainer explainer;
  private static List<Picture> pictures;

  @BeforeAll
  static void open() {
    explainer = TrialReport.shapes();
    pictures = TrialReport.pictures(2);
  }

  @AfterAll
  static void close() {
    explainer.close();
  }

  private static PageText everything() {
    List<PictureMaps> maps = new ArrayList<>();
    for (Picture picture : pictures) {
      maps.add(TrialReport.judged(picture.name(), "", TrialReport.eightMaps(explainer, picture)));
    }
    return new PageText(TrialReport.everything(maps).build().html());
  }

  private static PageText hostile() {
    Picture picture = pictures.get(0).named(HOSTILE);
    Explanation seen = explainer.explain(picture);
    Finding finding = new Finding(Light.RED, HOSTILE, Map.of(HOSTILE, HOSTILE));
    HtmlReport report =
        HtmlReport.builder()
            .setTitle(HOSTILE)
            .optIntroduction(HOSTILE)
            .addHeading(HOSTILE)
            .addHeading("two make contents")
            .addParagraph(HOSTILE)
            .addPicture(
                new PictureMaps(HOSTILE, HOSTILE, List.of(new JudgedMap(seen, List.of(finding)))))
            .addTable(
                new ReportTable(
                    HOSTILE,
                    List.of(HOSTILE, "number"),
                    List.of(List.of(Cell.of(HOSTILE).withNote(HOSTILE), Cell.of(1, 0)))))
            .addFigure(Figure.of(pictures.get(0)).orElseThrow(), HOSTILE)
            .addGroups(
                List.of(
                    new Group(
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        seen.map(),
                        List.of(HOSTILE, "other" + HOSTILE))))
            .optManifest(Map.of(HOSTILE, HOSTILE))
            .build();
    return new PageText(report.html());
  }

  @Test
  void noTextBecomesMarkup() {
    PageText page = hostile();
    assertThat(page.count("<!--")).isZero();
    assertThat(page.count("<img src=x")).isZero();
    // The data's and the script's own, and that of no label.
    assertThat(page.count("</script")).isEqualTo(2);
    assertThat(page.count("<h1>")).isEqualTo(1);
    String tagsOut = page.html().replaceAll("(?s)<script.*?</script>", "");
    assertThat(tagsOut)
        .contains(
            "&lt;/script&gt;&lt;!--&lt;img src=x onerror=alert(1)&gt; &quot;&#39;&amp;${script}");
  }

  @Test
  void jsonKeepsEveryLabelAsItWas() {
    JsonObject picture = hostile().data().getAsJsonArray("pictures").get(0).getAsJsonObject();
    assertThat(picture.get("name").getAsString()).isEqualTo(HOSTILE);
    assertThat(picture.get("note").getAsString()).isEqualTo(HOSTILE);
    JsonObject map = picture.getAsJsonArray("maps").get(0).getAsJsonObject();
    JsonObject light = map.getAsJsonArray("lights").get(0).getAsJsonObject();
    assertThat(light.get("word").getAsString()).isEqualTo(HOSTILE);
    assertThat(map.get("alt").getAsString()).contains(HOSTILE);
  }

  @Test
  void thePolicyAllowsItsOwnScriptAndNothingElse() throws Exception {
    PageText page = everything();
    String policy = page.between("http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assertThat(policy)
        .startsWith("default-src 'none'; img-src data:; ")
        .contains("style-src 'sha256-" + sha256(page.between("<style>", "</style>")) + "'")
        .contains("script-src 'sha256-" + sha256(page.between("<script>", "</script>")) + "'")
        .doesNotContain("unsafe");
    // What the policy would block: handlers and styles in attributes.
    String markup = page.html().replaceAll("(?s)<(script|style)\\b.*?</\\1>", "");
    assertThat(Pattern.compile("<[^>]*\\s(style|on\\w+)=").matcher(markup).find()).isFalse();
  }

  private static String sha256(String text) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8"));
    return Base64.getEncoder().encodeToString(hash);
  }

  @Test
  void nothingIsAskedOfAnyHost() {
    PageText page = everything();
    assertThat(Pattern.compile("(?i)\\b(https?|wss?|ftp):").matcher(page.html()).find()).isFalse();
    assertThat(Pattern.compile("(?i)(src|href)=\"(?!data:|#)").matcher(page.html()).find())
        .isFalse();
    assertThat(page.between("<style>", "</style>")).doesNotContain("url(", "@import");
  }

  @Test
  void storedMapsAreTheMaps() {
    PageText page = everything();
    List<Explanation> maps = TrialReport.eightMaps(explainer, pictures.get(1));
    for (int i = 0; i < maps.size(); i++) {
      Heatmap map = maps.get(i).map();
      JsonObject stored = page.map(1, i);
      float[] values = PageText.values(stored);
      assertThat(new Heatmap(map.width(), map.height(), values, "").maxDifference(map))
          .isLessThan((map.max() - map.min()) / 65535.0);
      assertThat(stored.get("unit").getAsString()).isEqualTo(map.unit());
      assertThat(stored.get("caption").getAsString()).contains(maps.get(i).targetLabel());
    }
    // The wide one was cropped to its middle.
    assertThat(maps.get(0).visibleRegion().getWidth()).isLessThan(pictures.get(1).width());
    assertThat(page.map(1, 0).getAsJsonArray("seen").get(0).getAsDouble())
        .isEqualTo(maps.get(0).visibleRegion().getX());
    assertThat(page.map(1, 0).getAsJsonArray("seen").get(2).getAsDouble())
        .isEqualTo(maps.get(0).visibleRegion().getWidth());
  }

  @Test
  void methodLayerAndClassAreChoices() {
    JsonObject data = everything().data();
    assertThat(data.getAsJsonArray("methods")).hasSize(2);
    assertThat(data.getAsJsonArray("layers")).hasSize(2);
    assertThat(data.getAsJsonArray("classes")).hasSize(2);
  }

  @Test
  void theSameMapTwiceIsTwoChoices() {
    Explanation seen = explainer.explain(pictures.get(0));
    HtmlReport report =
        HtmlReport.builder().setTitle("t").addMaps("twice", List.of(seen, seen)).build();
    JsonObject data = new PageText(report.html()).data();
    assertThat(data.getAsJsonArray("classes"))
        .extracting(one -> one.getAsString())
        .containsExactly(seen.targetLabel(), seen.targetLabel() + " (2)");
  }

  @Test
  void tensorsAreDrawnOnGrey() {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      float[] values = new float[3 * 64 * 64];
      Random random = new Random(3);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      NDArray batch = NativeArrays.of(manager, values, new Shape(1, 3, 64, 64));
      List<Explanation> seen = explainer.explain(Question.of(batch).methods(new GradCam()));
      PageText page =
          new PageText(HtmlReport.builder().setTitle("t").addMaps("tensor", seen).build().html());
      JsonObject picture = page.data().getAsJsonArray("pictures").get(0).getAsJsonObject();
      assertThat(picture.get("width").getAsInt()).isEqualTo(64);
      assertThat(page.map(0, 0).has("seen")).isFalse();
    }
  }

  /** Why one class and not another: no class has a map of that. */
  @Test
  void targetsThatAreNoClassAreNamed() {
    Explanation why =
        explainer.explain(pictures.get(0), new GradCam(), Target.difference("circle", "square"));
    PageText page =
        new PageText(HtmlReport.builder().setTitle("t").addMaps("a", List.of(why)).build().html());
    assertThat(page.data().getAsJsonArray("classes").get(0).getAsString())
        .isEqualTo(why.provenance().target().toString());
    assertThat(page.map(0, 0).get("caption").getAsString())
        .isEqualTo(why.provenance().target().toString());
  }

  @Test
  void theManifestIsATableAndJson() {
    PageText page = everything();
    String json =
        page.between("<pre id=\"manifest\" tabindex=\"0\">", "</pre>")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
    JsonObject manifest = new Gson().fromJson(json, JsonObject.class);
    assertThat(manifest.get("seed").getAsString()).isEqualTo("7");
    assertThat(manifest.get("method").getAsString()).isEqualTo("grad-cam; layer-cam");
    assertThat(manifest.get("layer").getAsString()).contains("layer2").contains("layer3");
    assertThat(manifest.get("model SHA-256").getAsString()).hasSize(64);
    assertThat(manifest.get("engine").getAsString()).startsWith("MXNet");
    assertThat(page.html()).contains("<th scope=\"row\">seed</th><td>7</td>");
  }

  @Test
  void tablesSayWhatIsANumberAndLinkPictures() {
    String html = everything().html();
    assertThat(html)
        .contains("<a href=\"#picture-1\">scene-1.png</a>")
        .contains("data-value=\"NaN\">– <small>blank map</small>")
        .contains("<th scope=\"col\" aria-sort=\"none\" class=\"number\">");
  }

  @Test
  void partsKeepTheirOrder() {
    HtmlReport.Builder builder = HtmlReport.builder().setTitle("t").addHeading("first");
    builder.addMaps("one", List.of(explainer.explain(pictures.get(0)))).addParagraph("second");
    builder.addMaps("two", List.of(explainer.explain(pictures.get(0))));
    String html = builder.build().html();
    assertThat(
            List.of(
                html.indexOf(">first<"),
                html.indexOf("id=\"picture-0\""),
                html.indexOf(">second<"),
                html.indexOf("id=\"picture-1\"")))
        .isSorted()
        .doesNotContain(-1);
    assertThat(html).doesNotContain("class=\"contents\"");
    assertThat(builder.build().html()).as("built again").isEqualTo(html);
  }

  @Test
  void aPageWithoutMapsHasNoSwitches() {
    String html =
        HtmlReport.builder().setTitle("Words alone").addParagraph("a\n\nb").build().html();
    assertThat(html).contains("<p>a</p>").contains("<p>b</p>");
    assertThat(html).doesNotContain("class=\"toolbar\"").doesNotContain("<dialog");
  }

  @Test
  void filesAppearWhole(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new/report.html");
    HtmlReport report = HtmlReport.builder().setTitle("Grüße").build();
    report.save(file);
    report.save(file);
    assertThat(Files.readString(file)).isEqualTo(report.html()).contains("<h1>Grüße</h1>");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void wrongInputIsToldInASentence() {
    Explanation first = explainer.explain(pictures.get(0));
    Explanation second = explainer.explain(pictures.get(1));
    assertThatThrownBy(() -> HtmlReport.builder().addMaps("a", List.of(first, second)))
        .hasMessageContaining("scene-0.png (64 x 64) and scene-1.png (128 x 64)");
    assertThatThrownBy(() -> HtmlReport.builder().addMaps("a", List.of()))
        .hasMessageContaining("picture 'a' has no map");
    assertThatThrownBy(() -> HtmlReport.builder().build()).hasMessage("setTitle is required");
    assertThatThrownBy(
            () -> new ReportTable("t", List.of("a", "b"), List.of(List.of(Cell.of("1")))))
        .hasMessage("table 't' has 2 columns, but row 0 has 1 cells");
    assertThatThrownBy(() -> new Finding(Light.GREEN, " ", Map.of()))
        .hasMessageContaining("needs a word");
  }

  @Test
  void twoHundredPhotosWithThreeMapsAreNotLarge() throws IOException {
    Path photos = Path.of("..", "..", "notebooks", "data", "photos");
    List<Picture> large = new ArrayList<>();
    for (String name : List.of("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")) {
      large.add(Pictures.read(photos.resolve(name)));
    }
    Random random = new Random(5);
    HtmlReport.Builder report = HtmlReport.builder().setTitle("Many");
    Explainer wide = explainer.with(Preprocessing.of(128, 128));
    List<List<Explanation>> maps = new ArrayList<>();
    List<Picture> parts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Picture photo = large.get(i % large.size());
      int x = random.nextInt(photo.width() - 320);
      int y = random.nextInt(photo.height() - 280);
      parts.add(photo.cropped(x, y, 320, 280));
    }
    maps.add(wide.explain(Question.of(parts).methods(new GradCam())));
    maps.add(wide.explain(Question.of(parts).methods(new LayerCam())));
    // As many cells as a map of pixels has.
    maps.add(wide.at("relu").explain(Question.of(parts).methods(new EigenCam())));
    for (int i = 0; i < parts.size(); i++) {
      int place = i;
      report.addMaps("part " + i, maps.stream().map(list -> list.get(place)).toList());
    }
    int bytes = report.build().html().getBytes("UTF-8").length;
    assertThat(bytes / 1e6).as("megabytes").isLessThan(25).isGreaterThan(5);
  }

  @Test
  void manyCellsAreStoredInFewerBits() {
    Random random = new Random(1);
    float[] values = new float[224 * 200];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    StoredMap photo = StoredMap.of(new Heatmap(224, 200, values, "logit"));
    assertThat(photo.block()).isEqualTo(2);
    assertThat(photo.bits()).isEqualTo(8);
    assertThat(photo.map().width()).isEqualTo(112);
    double mean = (values[0] + values[1] + values[224] + values[225]) / 4.0;
    assertThat((double) photo.map().get(0, 0)).isCloseTo(mean, within(1e-6));
    float[] read = PageText.values(photo.json());
    assertThat(new Heatmap(112, 100, read, "").maxDifference(photo.map()))
        .isLessThan((photo.map().max() - photo.map().min()) / 255 / 1.9);
    StoredMap constant = StoredMap.of(new Heatmap(1, 2, new float[] {3, 3}, ""));
    assertThat(PageText.values(constant.json())).containsExactly(3, 3);
    StoredMap odd = StoredMap.of(new Heatmap(129, 1, new float[129], ""));
    assertThat(odd.map().width()).isEqualTo(65);
  }
}
