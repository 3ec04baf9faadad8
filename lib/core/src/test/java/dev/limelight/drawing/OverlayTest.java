package dev.limelight.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.cam.EigenCam;
import dev.limelight.cam.Fem;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.image.Rgb;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayTest {

  private static final int ORANGE = 0xE08030;

  private static Picture plain(int width, int height) {
    int[] rgb = new int[width * height];
    Arrays.fill(rgb, ORANGE);
    return Picture.of(width, height, rgb, "plain.png");
  }

  private static final Heatmap CORNER =
      Heatmap.of(new float[][] {{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 8}}, "logit");

  private static final Heatmap AGAINST = Heatmap.of(new float[][] {{-0.3f, -2}, {-3, -4}}, "logit");

  private static Overlay.Builder over(Picture picture, Heatmap map) {
    return Overlay.builder().setPicture(picture).setHeatmap(map);
  }

  private static int at(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  private static boolean colourless(int color) {
    return (color >> 16) == (color >> 8 & 255) && (color & 255) == (color >> 8 & 255);
  }

  @Test
  void coolPartsShowThePhotoAndHotPartsTheirColour() {
    BufferedImage pixels = over(plain(80, 40), CORNER).build().pixels();
    assertThat(pixels.getWidth()).isEqualTo(80);
    assertThat(pixels.getHeight()).isEqualTo(40);
    assertThat(at(pixels, 5, 5)).isEqualTo(ORANGE);
    int hot = Rgb.mix(ORANGE, Palette.VIRIDIS.color(1), 0.65f);
    assertThat(at(pixels, 79, 39)).isEqualTo(hot);
    BufferedImage none = over(plain(80, 40), CORNER).optOpacity(0).build().pixels();
    assertThat(at(none, 79, 39)).isEqualTo(ORANGE);
  }

  @Test
  void whatTheCropNeverSawIsGrey() {
    Overlay overlay =
        over(plain(100, 60), CORNER).optRegion(new Rectangle2D.Double(20, 0, 60, 60)).build();
    BufferedImage pixels = overlay.pixels();
    for (int y = 0; y < 60; y++) {
      for (int x = 0; x < 100; x++) {
        boolean seen = x >= 20 && x < 80;
        assertThat(colourless(at(pixels, x, y))).as("%d, %d", x, y).isEqualTo(!seen);
      }
    }
    assertThat(at(pixels, 22, 5)).isEqualTo(ORANGE);
    assertThat(overlay.peak()).isEqualTo(new Point2D.Double(20 + 60 * 3.5 / 4, 60 * 3.5 / 4));
    assertThat(overlay.altText()).contains("lower right", "did not see is grey");
  }

  @Test
  void aLetterboxReachesBeyondThePicture() {
    Overlay overlay =
        over(plain(100, 50), CORNER).optRegion(new Rectangle2D.Double(0, -25, 100, 100)).build();
    BufferedImage pixels = overlay.pixels();
    assertThat(at(pixels, 5, 5)).isEqualTo(ORANGE);
    // Row 49 of the picture is at 0.745 of the map: above the middle of the last row of cells.
    assertThat(at(pixels, 99, 49)).isNotEqualTo(ORANGE);
    assertThat(overlay.altText()).doesNotContain("grey");
  }

  @Test
  void aBlankMapIsSaidInWords() {
    Overlay overlay = over(plain(50, 50), AGAINST).optCaption("dog").build();
    assertThat(overlay.isBlank()).isTrue();
    assertThat(overlay.caption())
        .isEqualTo(
            "dog\nno positive evidence, largest value -0.30 logit; try another target or method");
    assertThat(overlay.altText())
        .contains("plain.png: no positive evidence, largest value -0.30 logit");
    int color = at(overlay.pixels(), 25, 25);
    assertThat((color >> 16) - (color & 255)).isBetween(0, 40);
    // no colour bar beside it
    assertThat(overlay.toImage().getWidth()).isEqualTo(320);
  }

  /** Eigen-CAM and FEM know no class, so that no target changes their maps. */
  @Test
  void aBlankMapOfNoClassSpeaksOfNoEvidence() {
    for (String unit : List.of(new EigenCam().unit("logit"), new Fem().unit("logit"), "")) {
      Overlay overlay = over(plain(50, 50), new Heatmap(2, 2, new float[4], unit)).build();
      assertThat(overlay.caption())
          .startsWith("nothing above 0, largest value ")
          .endsWith("; try another layer or method");
      assertThat(overlay.altText()).contains("nothing above 0").doesNotContain("evidence");
    }
  }

  @Test
  void aPictureWithoutAConceptHasNothingOfIt() {
    Heatmap none = new Heatmap(2, 2, new float[4], Heatmap.CONCEPT);
    Overlay overlay = over(plain(50, 50), none).build();
    assertThat(overlay.caption()).isEqualTo("nothing of this concept in the picture");
    assertThat(overlay.altText()).contains("plain.png: nothing of this concept in the picture");
  }

  @Test
  void aSignedPaletteShowsEvidenceAgainst() {
    Overlay overlay = over(plain(50, 50), AGAINST).optPalette(Palette.BLUE_WHITE_RED).build();
    assertThat(overlay.isBlank()).isFalse();
    int strongest = at(overlay.pixels(), 49, 49);
    assertThat(strongest).isEqualTo(Rgb.mix(ORANGE, Palette.BLUE_WHITE_RED.color(0), 0.65f));
    Heatmap zero = new Heatmap(1, 1, new float[1], "logit");
    assertThat(over(plain(5, 5), zero).optPalette(Palette.BLUE_WHITE_RED).build().isBlank())
        .isTrue();
  }

  @Test
  void smallPhotosAreEnlargedAndLargeOnesReduced() {
    assertThat(over(plain(32, 32), CORNER).optColorBar(false).build().toImage().getWidth())
        .isEqualTo(320);
    assertThat(over(plain(200, 100), CORNER).optColorBar(false).build().toImage().getWidth())
        .isEqualTo(400);
    BufferedImage large = over(plain(2000, 500), CORNER).optColorBar(false).build().toImage();
    assertThat(large.getWidth()).isEqualTo(640);
    assertThat(large.getHeight()).isEqualTo(160);
    Overlay chosen = over(plain(32, 16), CORNER).optColorBar(false).optSize(100).build();
    assertThat(chosen.toImage().getWidth()).isEqualTo(200);
    assertThat(chosen.displayWidth()).isEqualTo(100);
  }

  @Test
  void contourPeakBarAndCaptionCanBeLeftOut() {
    Overlay.Builder plain = over(plain(200, 200), CORNER).optColorBar(false);
    BufferedImage bare = plain.optContour(false).optPeak(false).build().toImage();
    BufferedImage marked = plain.optPeak(true).build().toImage();
    int peak = 350; // the middle of the last cell, in stored pixels
    assertThat(at(bare, peak + 8, peak)).isNotEqualTo(0xFFFFFF);
    assertThat(at(marked, peak + 8, peak)).isEqualTo(0xFFFFFF);
    BufferedImage contoured = plain.optPeak(false).optContour(true).build().toImage();
    boolean line = false;
    for (int x = 0; x < 400; x++) {
      line |= at(contoured, x, peak) == 0xFFFFFF;
    }
    assertThat(line).isTrue();
    assertThat(plain.optCaption("a caption").build().toImage().getHeight()).isGreaterThan(400);
    assertThat(plain.optColorBar(true).build().toImage().getWidth()).isGreaterThan(420);
  }

  @Test
  void aMapOfSinglePixelsIsDrawnOnGreyUpToAHighPercentile() {
    float[] values = new float[100 * 100];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 10 == 0 ? 1 : 0;
    }
    values[5050] = 50;
    Heatmap grains = new Heatmap(100, 100, values, "logit");
    Overlay overlay = over(plain(100, 100), grains).optOpacity(1).optCaption("dog").build();
    BufferedImage pixels = overlay.pixels();
    int strongest = Palette.VIRIDIS.color(1);
    assertThat(at(pixels, 0, 7)).isEqualTo(strongest);
    assertThat(at(pixels, 50, 50)).isEqualTo(strongest);
    int dull = at(pixels, 5, 5);
    assertThat((dull >> 16) - (dull & 255)).isBetween(0, 40);
    Heatmap smooth = Heatmap.of(new float[][] {{0, 1}, {2, 3}}, "logit").resized(100, 100);
    assertThat(at(over(plain(100, 100), smooth).build().pixels(), 0, 0)).isEqualTo(ORANGE);
  }

  @Test
  void oneScaleForARow() {
    Heatmap weak = CORNER.scaled(0.25f);
    List<Overlay> row =
        Overlay.sameScale(
            List.of(
                over(plain(40, 40), weak).build(),
                over(plain(40, 40), CORNER).build(),
                over(plain(40, 40), AGAINST).build()));
    int strong = at(row.get(1).pixels(), 39, 39);
    int faint = at(row.get(0).pixels(), 39, 39);
    assertThat(strong).isEqualTo(Rgb.mix(ORANGE, Palette.VIRIDIS.color(1), 0.65f));
    assertThat(faint).isNotEqualTo(strong);
    // the colour bar stands at the last picture that shows a map
    assertThat(row.stream().map(one -> one.toImage().getWidth() > 320))
        .containsExactly(false, true, false);
    assertThat(Overlay.sameScale(List.of())).isEmpty();
  }

  @Test
  void refusesBadSettings() {
    Overlay.Builder builder = Overlay.builder();
    assertThatThrownBy(builder::build).hasMessageContaining("setPicture");
    assertThatThrownBy(() -> builder.setPicture(plain(2, 2)).build())
        .hasMessageContaining("setHeatmap");
    assertThatThrownBy(() -> builder.optOpacity(1.5f)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> builder.optScale(2, 2)).hasMessageContaining("2.0");
    assertThatThrownBy(() -> builder.optRegion(new Rectangle2D.Double(1, 1, 0, 3)))
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> builder.optSize(3)).hasMessageContaining("not 3");
  }

  @Test
  void aConstantMapIsStrongestNowhere() {
    Heatmap constant = Heatmap.of(new float[][] {{2, 2}, {2, 2}}, "logit");
    assertThat(over(plain(20, 20), constant).build().altText())
        .contains("the same everywhere, 2")
        .doesNotContain("strongest", "upper left");
    assertThat(HeatmapFigure.of(constant).altText())
        .startsWith("Heatmap of 2 x 2 cells that are all 2")
        .doesNotContain("largest");
  }

  /** A picture does not depend on the unit of its map. */
  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 1e-10f, 1e30f})
  void aMapInAnotherUnitIsDrawnTheSame(float unit) {
    Picture grey = Picture.of(40, 40, new int[1600], "grey");
    Heatmap map = new Heatmap(2, 2, new float[] {0, 1, 2, 4}, "");
    Overlay plain = Overlay.builder().setPicture(grey).setHeatmap(map).optColorBar(false).build();
    Overlay other = plain.toBuilder().setHeatmap(map.scaled(unit)).build();
    BufferedImage expected = plain.body(80);
    BufferedImage actual = other.body(80);
    for (int i = 0; i < 80 * 80; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        int one = expected.getRGB(i % 80, i / 80) >> shift & 255;
        int two = actual.getRGB(i % 80, i / 80) >> shift & 255;
        assertThat(Math.abs(one - two)).isLessThanOrEqualTo(1);
      }
    }
    assertThat(other.isBlank()).isFalse();
  }
}
