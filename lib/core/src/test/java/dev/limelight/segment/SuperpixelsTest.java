package dev.limelight.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Superpixels are those of scikit-image, but for their names. */
class SuperpixelsTest {

  @Test
  void slicIsScikitImages() throws IOException {
    JsonObject golden = GoldenSegments.all().getAsJsonObject("slic");
    assertThat(golden.size()).isEqualTo(6);
    for (Map.Entry<String, JsonElement> each : golden.entrySet()) {
      String[] words = each.getKey().split(" ", -1);
      Slic slic = new Slic(Integer.parseInt(words[1]), Double.parseDouble(words[2]));
      same(slic.of(GoldenSegments.colours(words[0]), null), each);
    }
  }

  @Test
  void felzenszwalbIsScikitImages() throws IOException {
    JsonObject golden = GoldenSegments.all().getAsJsonObject("felzenszwalb");
    assertThat(golden.size()).isEqualTo(6);
    for (Map.Entry<String, JsonElement> each : golden.entrySet()) {
      String[] words = each.getKey().split(" ", -1);
      Felzenszwalb way =
          new Felzenszwalb(
              Double.parseDouble(words[1]),
              Double.parseDouble(words[2]),
              Integer.parseInt(words[3]));
      ColourPlanes colours = GoldenSegments.colours(words[0]);
      int[] labels = way.labels(colours);
      same(Segments.ofLabels(colours.width(), colours.height(), labels), each);
    }
  }

  private static void same(Segments segments, Map.Entry<String, JsonElement> golden) {
    int[] expected = GoldenSegments.named(GoldenSegments.numbers(golden.getValue()));
    assertThat(Arrays.stream(expected).max().orElseThrow()).isGreaterThan(3);
    assertThat(GoldenSegments.labels(segments)).as(golden.getKey()).isEqualTo(expected);
  }

  @Test
  void aGridHasEqualCells() throws IOException {
    Segments grid = Segmenter.parse("grid:4").of(GoldenSegments.colours("cat"), null);
    assertThat(grid.count()).isEqualTo(16);
    for (int i = 0; i < 16; i++) {
      assertThat(grid.area(i)).isEqualTo(24 * 18);
    }
    assertThat(grid.box(5)).hasToString("java.awt.Rectangle[x=24,y=18,width=24,height=18]");
    assertThat(grid.isOverlapping()).isFalse();
  }

  @Test
  void aTinyPictureHasNoMoreSegmentsThanPixels() {
    ColourPlanes tiny = ColourPlanes.stretched(1, 3, 2, new float[] {0, 1, 2, 3, 4, 5});
    assertThat(Segmenter.parse("slic:50").of(tiny, null).count()).isBetween(1, 6);
    assertThat(Segmenter.parse("grid:8").of(tiny, null).count()).isEqualTo(6);
    assertThat(Segmenter.parse("felzenszwalb").of(tiny, null).count()).isBetween(1, 6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"slik:50", "slic:many", "slic:1", "grid:1", "felzenszwalb:-1", "", "no/such.png"})
  void whatIsNoSegmentationIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Segmenter.parse(text));
  }

  @Test
  void whatIsUnknownNamesTheKinds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenter.parse("superpixels"))
        .withMessageContaining("slic:50, felzenszwalb:100, grid:8")
        .withMessageContaining("'superpixels'");
  }
}
