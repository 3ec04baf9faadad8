package dev.limelight.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.io.Html;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureTest {

  private static Picture noise(String name) {
    Random random = new Random(3);
    int[] rgb = random.ints(90 * 70, 0, 1 << 24).toArray();
    return Picture.of(90, 70, rgb, name);
  }

  @Test
  void pngKeepsEveryPixel() throws IOException {
    Picture picture = noise("noise");
    BufferedImage back = ImageIO.read(new ByteArrayInputStream(new PictureFigure(picture).toPng()));
    assertThat(Pictures.of(back, "back").rgb()).isEqualTo(picture.rgb());
  }

  @Test
  void savesOneWholeFileThatOthersMayRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new/folder/picture.png");
    Picture picture = noise("noise");
    new PictureFigure(picture).save(file);
    new PictureFigure(picture).save(file);
    assertThat(Pictures.read(file).rgb()).isEqualTo(picture.rgb());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    Path plain = Files.createFile(folder.resolve("plain"));
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void htmlIsEscapedAndHoldsThePicture() throws IOException {
    String html = new PictureFigure(noise("<b onclick='x'>\"&.png")).toHtml();
    assertThat(html)
        .contains("alt=\"Picture &lt;b onclick=&#39;x&#39;&gt;&quot;&amp;.png, 90 x 70 pixels.\"")
        .contains("width=\"90\"")
        .doesNotContain("<b");
    String data = html.replaceAll(".*base64,([^\"]*)\".*", "$1");
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
    assertThat(image.getWidth()).isEqualTo(90);
  }

  @Test
  void pagesHoldPhotosAsJpegAndDrawingsAsPng() {
    Heatmap drawing = Heatmap.of(new float[][] {{0, 1}, {2, 3}}, "logit");
    assertThat(HeatmapFigure.of(drawing).toHtml()).contains("data:image/png;base64,");
    assertThat(new PictureFigure(noise("a").resized(300, 300)).toHtml())
        .contains("data:image/jpeg;base64,");
  }

  @Test
  void escapesTheFiveCharacters() {
    assertThat(Html.escape("a<b>&\"'c")).isEqualTo("a&lt;b&gt;&amp;&quot;&#39;c");
  }

  @Test
  void longTextIsWrappedAndLongWordsAreBroken() {
    int width = 200;
    List<String> lines =
        Text.wrap("one two three four five six\nseven " + "x".repeat(80), Text.NORMAL, width);
    assertThat(lines).hasSizeGreaterThan(4);
    assertThat(lines)
        .allSatisfy(line -> assertThat(Text.width(line, Text.NORMAL)).isLessThanOrEqualTo(width));
    assertThat(String.join("", lines).replace(" ", ""))
        .isEqualTo("onetwothreefourfivesixseven" + "x".repeat(80));
  }

  @Test
  void aLabelOfAnyLengthIsWrappedInLinearTime() {
    String label = "x".repeat(200_000);
    assertThat(
            assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> Text.wrap(label, Text.NORMAL, 200)))
        .allMatch(line -> Text.width(line, Text.NORMAL) <= 200)
        .satisfies(lines -> assertThat(String.join("", lines)).isEqualTo(label));
  }
}
