package dev.limelight.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GalleryTest {

  private static Picture plain(int color, int width, int height) {
    int[] rgb = new int[width * height];
    Arrays.fill(rgb, color);
    return Picture.of(width, height, rgb, Integer.toHexString(color));
  }

  private static final Picture RED = plain(0xFF0000, 40, 20);
  private static final Picture BLUE = plain(0x0000FF, 20, 40);

  private static int count(BufferedImage image, int color) {
    return (int) Arrays.stream(pixels(image)).filter(rgb -> (rgb & 0xFFFFFF) == color).count();
  }

  @Test
  void tilesAreEquallyHighAndWhole() {
    BufferedImage image = Gallery.of(List.of(RED, BLUE)).tileHeight(50).toImage();
    assertThat(count(image, 0xFF0000)).isEqualTo(200 * 100);
    assertThat(count(image, 0x0000FF)).isEqualTo(50 * 100);
  }

  @Test
  void boxesAreDrawnAtTheSizeOfTheTile() {
    BoxesFigure boxes =
        new BoxesFigure(RED, List.of(new Rectangle2D.Double(5, 8, 20, 10)), List.of("0 red"));
    BufferedImage body = boxes.body(100);
    BufferedImage gallery = Gallery.of(List.of(boxes)).tileHeight(50).toImage();
    BufferedImage drawn = gallery.getSubimage(20, 20, body.getWidth(), body.getHeight());
    assertThat(pixels(drawn)).isEqualTo(pixels(body));
    assertThat(body.getHeight()).isEqualTo(100);
    // Text and lines are as large on every tile: the larger one has more of the picture alone.
    assertThat(count(boxes.body(200), 0xFF0000)).isGreaterThan(4 * count(body, 0xFF0000));
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void columnsDecideTheRows() {
    Gallery gallery = Gallery.of(Collections.nCopies(5, RED)).tileHeight(50);
    BufferedImage five = gallery.columns(5).toImage();
    BufferedImage two = gallery.columns(2).toImage();
    assertThat(count(five, 0xFF0000)).isEqualTo(5 * 20_000);
    assertThat(count(two, 0xFF0000)).isEqualTo(5 * 20_000);
    assertThat(two.getHeight()).isEqualTo(3 * 100 + 4 * 20);
    assertThat(five.getHeight()).isEqualTo(100 + 2 * 20);
    assertThat(gallery.columns(2).figures()).hasSize(5);
  }

  @Test
  void headersAndCaptionsTakeRoomAndFitIn() {
    Heatmap map = Heatmap.of(new float[][] {{0, 1}}, "logit");
    Overlay captioned =
        Overlay.builder()
            .setPicture(BLUE)
            .setHeatmap(map)
            .optCaption("a long caption ".repeat(9))
            .build();
    Gallery gallery =
        Gallery.grid("one", "two").row("first", List.of(RED, captioned)).title("Title");
    BufferedImage image = gallery.toImage();
    BufferedImage bare =
        Gallery.of(List.of(RED, Overlay.builder().setPicture(BLUE).setHeatmap(map).build()))
            .toImage();
    assertThat(image.getHeight()).isGreaterThan(bare.getHeight() + 60);
    assertThat(image.getWidth()).isGreaterThan(bare.getWidth());
    // a white margin all around: nothing is cut off
    for (int x = 0; x < image.getWidth(); x++) {
      assertThat(image.getRGB(x, image.getHeight() - 3) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    }
    for (int y = 0; y < image.getHeight(); y++) {
      assertThat(image.getRGB(image.getWidth() - 3, y) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    }
  }

  @Test
  void saysWhatItShows() {
    Gallery gallery =
        Gallery.grid("Grad-CAM", "CAM")
            .row("cat", List.of(RED, BLUE))
            .row("dog", List.of(BLUE))
            .title("T");
    assertThat(gallery.altText())
        .isEqualTo(
            "T. Gallery of 3 figures, columns Grad-CAM, CAM."
                + " Row cat: Picture ff0000, 40 x 20 pixels. Picture ff, 20 x 40 pixels."
                + " Row dog: Picture ff, 20 x 40 pixels.");
    assertThat(Gallery.of(Collections.nCopies(20, RED)).altText()).endsWith("And 8 more.");
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> Gallery.of(List.of())).hasMessageContaining("at least one figure");
    assertThatThrownBy(() -> Gallery.of(List.of("red")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pictures, heatmaps and figures, but found java.lang.String");
    assertThatThrownBy(() -> Gallery.grid("a").row("r", List.of(RED, BLUE)))
        .hasMessageContaining("row 'r' has 2 figures for 1 columns");
    assertThatThrownBy(() -> Gallery.grid("a").toImage()).hasMessageContaining("add a row");
    assertThatThrownBy(() -> Gallery.of(List.of(RED)).columns(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> Gallery.of(List.of(RED)).headers("a", "b"))
        .hasMessageContaining("2 headers");
  }
}
