package dev.limelight.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.drawing.Palette;
import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

class GifTest {

  private static List<BufferedImage> decoded(byte[] gif) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      reader.setInput(in);
      List<BufferedImage> frames = new ArrayList<>();
      for (int i = 0; i < reader.getNumImages(true); i++) {
        frames.add(reader.read(i));
      }
      reader.dispose();
      return frames;
    }
  }

  private static BufferedImage white(int width, int height) {
    int[] rgb = new int[width * height];
    Arrays.fill(rgb, 0xFFFFFF);
    return Pictures.toImage(Picture.of(width, height, rgb, "white"));
  }

  private static BufferedImage ramp(Palette palette) {
    BufferedImage image = new BufferedImage(256, 20, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256 * 20; i++) {
      image.setRGB(i % 256, i / 256, palette.color(i % 256 / 255f));
    }
    return image;
  }

  @Test
  void twoPalettesAndAPhotoSurviveOneTableOfColours() throws IOException {
    Picture photo = Pictures.read(Path.of("../../notebooks/data/photos/chelsea.png")).square(160);
    List<BufferedImage> images =
        List.of(ramp(Palette.VIRIDIS), ramp(Palette.BLUE_WHITE_RED), Pictures.toImage(photo));
    byte[] gif =
        Gif.encode(
            images.stream().map(image -> new Gif.Frame(image, Duration.ofMillis(500))).toList());
    List<BufferedImage> frames = decoded(gif);
    assertThat(frames).hasSize(3).allSatisfy(frame -> assertThat(frame.getWidth()).isEqualTo(256));
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      int worst = 0;
      BufferedImage image = images.get(i);
      for (int at = 0; at < image.getWidth() * image.getHeight(); at++) {
        int x = at % image.getWidth();
        int y = at / image.getWidth();
        for (int shift = 0; shift < 24; shift += 8) {
          int apart =
              Math.abs(
                  (image.getRGB(x, y) >> shift & 255)
                      - (frames.get(i).getRGB(x, y) >> shift & 255));
          sum += apart;
          worst = Math.max(worst, apart);
        }
      }
      assertThat(sum / (3.0 * image.getWidth() * image.getHeight())).as("mean %d", i).isLessThan(6);
      assertThat(worst).as("worst %d", i).isLessThan(64);
    }
  }

  @Test
  void fewColoursStayExactlyAndSmallerFramesStandOnWhite() throws IOException {
    BufferedImage large = white(8, 6);
    large.setRGB(1, 1, 0xFF0000);
    BufferedImage small = white(4, 3);
    small.setRGB(3, 2, 0x102030);
    List<BufferedImage> frames =
        decoded(
            Gif.encode(
                List.of(
                    new Gif.Frame(large, Duration.ofSeconds(1)),
                    new Gif.Frame(small, Duration.ofSeconds(1)))));
    assertThat(frames.get(0).getRGB(1, 1)).isEqualTo(0xFFFF0000);
    assertThat(frames.get(1).getWidth()).isEqualTo(8);
    assertThat(frames.get(1).getRGB(3, 2)).isEqualTo(0xFF102030);
    assertThat(frames.get(1).getRGB(7, 5)).isEqualTo(0xFFFFFFFF);
  }

  @Test
  void noFrameIsRefused() {
    assertThatThrownBy(() -> Gif.encode(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one frame");
  }
}
