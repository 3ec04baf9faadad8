package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.codec.Png;
import dev.limelight.drawing.Overlay;
import dev.limelight.evaluation.MethodMaps;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.Preprocessing;
import dev.limelight.report.MapsPage;
import dev.limelight.report.segments.SegmentsTable;
import dev.limelight.segment.SegmentValue;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of segments on their way from the network to files and pages. */
class SegmentedExplanationsTest {

  private static final Path MODEL = Fixtures.folder("fixtures").resolve("tiny-resnet-traced.pt");

  private static final Picture PICTURE = IsolatedProcessTest.picture(1);

  private static Explainer explainer;

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws IOException {
    explainer =
        Explainer.builder()
            .setModel(MODEL)
            .optLabels("a", "b", "c", "d")
            .optPreprocessing(Preprocessing.of(64, 64))
            .load();
  }

  @AfterAll
  static void close() {
    explainer.close();
  }

  private static Explanation explained(String method, Target target) {
    return explainer.explain(PICTURE, Methods.named(method), target);
  }

  @Test
  void valuesAddUpToTheScoresChange() {
    for (String method :
        List.of(
            "kernel-shap(segments=slic:20, samples=100)",
            "partition-shap(segments=grid:4, samples=50)")) {
      Explanation found = explained(method, Target.of(2));
      double sum = found.segments().stream().mapToDouble(SegmentValue::value).sum();
      double without = found.notes().get("score without any segment");
      assertThat(sum).as(method).isCloseTo(found.logits()[2] - without, within(1e-4));
      assertThat(found.notes().get("segments")).isEqualTo(found.segments().size());
      assertThat(found.segments())
          .isSortedAccordingTo(Comparator.comparingDouble(SegmentValue::value).reversed());
      assertThat(found.map().unit()).isEqualTo("logit");
      assertThat(found.map().max()).isEqualTo((float) found.segments().get(0).value());
    }
  }

  @Test
  void segmentsAreTheSameForAllTargetsAndLieInThePicture() {
    List<List<Object>> places =
        List.of(0, 3).stream()
            .map(c -> explained("lime(segments=slic:20, samples=60)", Target.of(c)))
            .map(
                one ->
                    one.segments().stream()
                        .sorted(Comparator.comparingInt(SegmentValue::number))
                        .<Object>map(each -> List.of(each.number(), each.area(), each.box()))
                        .toList())
            .toList();
    assertThat(places.get(0)).isEqualTo(places.get(1));
    Explanation seen = explained("lime(segments=grid:2, samples=60)", Target.of(0));
    Rectangle2D all = new Rectangle2D.Double();
    for (SegmentValue one : seen.segments()) {
      all = all.isEmpty() ? one.box() : all.createUnion(one.box());
    }
    assertThat(all).isEqualTo(seen.visibleRegion());
  }

  @Test
  void masksOfFilesBelongToTheirPicture() throws IOException {
    int[] left = new int[PICTURE.width() * PICTURE.height()];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % PICTURE.width() < PICTURE.width() / 2 ? 0xFFFFFF : 0;
    }
    Png.write(Picture.of(PICTURE.width(), PICTURE.height(), left, "m"), folder.resolve("ear.png"));
    Method method =
        Methods.named("kernel-shap", Map.of("segments", folder.toString(), "baseline", "black"));
    Explanation found = explainer.explain(PICTURE, method, Target.of(1));
    assertThat(found.segments()).extracting(SegmentValue::name).containsOnly("ear", "rest");
    SegmentValue ear =
        found.segments().stream().filter(one -> one.name().equals("ear")).findFirst().orElseThrow();
    assertThat(ear.box().getMaxX()).isCloseTo(PICTURE.width() / 2.0, within(2.0));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                explainer.explain(
                    Question.of(PICTURE, IsolatedProcessTest.picture(2)).methods(method)))
        .withMessageContaining("for several pictures give a folder");
    // A set is asked about one picture after another.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodMaps.of(explainer, PICTURE, List.of(method), Target.of(1)).maps())
        .withMessageContaining("for several pictures give a folder");
    assertThatThrownBy(() -> explainer.explain(PICTURE, new FlipsAndScales(method), Target.of(1)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("mirror images");
  }

  @Test
  void blackIsTheBlackOfThePreprocessing() {
    Explanation found =
        explained("kernel-shap(segments=grid:2, samples=20, baseline=black)", Target.of(1));
    int[] pixels = new int[PICTURE.width() * PICTURE.height()];
    Picture black = Picture.of(PICTURE.width(), PICTURE.height(), pixels, "black");
    double expected = explainer.explain(black).logits()[1];
    assertThat(found.notes().get("score without any segment")).isCloseTo(expected, within(1e-4));
    // That of mirrored and darker copies too.
    Method plain = Methods.named("kernel-shap(segments=grid:2, samples=20, baseline=black)");
    found = explainer.explain(PICTURE, new FlipsAndScales(plain), Target.of(1));
    assertThat(found.notes().get("score without any segment")).isCloseTo(expected, within(1e-4));
  }

  @Test
  void areasKeepTheirEdges() {
    int[] grey = new int[80 * 40];
    Arrays.fill(grey, 0x808080);
    Picture even = Picture.of(80, 40, grey, "even");
    Heatmap halves = new Heatmap(2, 1, new float[] {1, 0}, "logit");
    Overlay crisp = Overlay.builder().setPicture(even).setHeatmap(halves).optCrisp(true).build();
    for (int x = 0; x < 80; x++) {
      assertThat(crisp.pixels().getRGB(x, 20))
          .as("column %d", x)
          .isEqualTo(crisp.pixels().getRGB(x < 40 ? 0 : 79, 20));
    }
    Heatmap area = new Heatmap(4, 1, new float[] {2, 2, 2, 0}, "logit");
    assertThat(area.centralPeak()).isEqualTo(new Heatmap.Point(1, 0));
  }

  @Test
  void pagesAndFilesListThem() {
    Explanation found = explained("kernel-shap(segments=grid:4, samples=100)", Target.of(1));
    String page =
        MapsPage.of("maps", List.of(new MapsPage.Row("one", List.of(found))), Map.of()).html();
    assertThat(page)
        .contains("16 segments by kernel-shap", "the 5 at either end", "\"crisp\":true")
        .contains(Heatmap.number(found.segments().get(0).value()));
    String[] lines = SegmentsTable.csv(List.of("a, b.png"), List.of(found)).split("\n", -1);
    assertThat(lines).hasSize(18);
    assertThat(lines[0]).startsWith("index,picture,target,rank,segment,name,value,unit");
    assertThat(lines[1]).startsWith("0,\"a, b.png\",b,1," + found.segments().get(0).number() + ",");
    assertThat(lines[1].split(",", -1)).hasSize(15);
    assertThat(SegmentsTable.rows(found)).hasSize(16);
    Explanation other = explained("grad-cam", Target.of(1));
    assertThat(other.segments()).isEmpty();
    assertThat(
            MapsPage.of("maps", List.of(new MapsPage.Row("one", List.of(other))), Map.of()).html())
        .doesNotContain("segments by");
  }
}
