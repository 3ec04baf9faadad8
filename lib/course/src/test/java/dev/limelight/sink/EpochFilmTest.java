package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.drawing.Figure;
import dev.limelight.watch.EpochCourse;
import dev.limelight.watch.EpochOverlays;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class EpochFilmTest {

  private static final List<EpochOverlays> SEEN = SeenEpochs.of(31, 2);

  @Test
  void aShortFilmIsWholeOnItsSheet() {
    BufferedImage six = SeenEpochs.film(SEEN.subList(0, 6)).sheet().toImage();
    BufferedImage seven = SeenEpochs.film(SEEN.subList(0, 7)).sheet().toImage();
    assertThat(seven.getWidth() - six.getWidth()).isEqualTo(2 * (96 + 10));
    assertThat(seven.getHeight()).isEqualTo(six.getHeight()).isGreaterThan(2 * 2 * 96);
    String alt = SeenEpochs.film(SEEN.subList(0, 4)).sheet().altText();
    assertThat(alt)
        .startsWith("Epoch: accuracy. Each map is on a scale of its own. Gallery of 8 figures")
        .contains("columns epoch 0, epoch 1: 0.51, epoch 2: 0.52, epoch 3: 0.53.")
        .contains("Row scene 0: circle 0.")
        .contains("Row scene 1: cross 0.");
  }

  @Test
  void aLongFilmShowsEightEpochsFromTheFirstToTheLast() {
    EpochFilm film = SeenEpochs.film(SEEN);
    assertThat(film.sheet().figures()).hasSize(2 * 8);
    assertThat(film.sheet().altText())
        .contains("columns epoch 0, epoch 4: 0.54, epoch 9: 0.59, ")
        .contains(", epoch 30: 0.80.");
    for (int most = 2; most < 40; most++) {
      assertThat(film.sheet(most).figures()).hasSize(2 * Math.min(most, 31));
      assertThat(film.sheet(most).altText()).contains("columns epoch 0,").contains("epoch 30:");
    }
  }

  @Test
  void fewOfManyPicturesCanBeShown() {
    EpochFilm one = SeenEpochs.film(SEEN.subList(0, 4)).first(1);
    assertThat(one.sheet().figures()).hasSize(4);
    assertThat(one.strip(8).altText())
        .startsWith("epoch 3, accuracy 0.53. Gallery of 1 figure. circle 0.");
    assertThat(one.course().names()).contains("validation/accuracy");
  }

  @Test
  void anAnimationHasAFrameForEachEpochAndStaysOnTheLast(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("films/film.gif");
    SeenEpochs.film(SEEN.subList(0, 5)).gif(file);
    assertThat(file).isRegularFile();
    assertThat(Files.list(file.getParent())).containsExactly(file);
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(5);
      for (int i = 0; i < 5; i++) {
        assertThat(attribute(reader, i, "GraphicControlExtension", "delayTime"))
            .isEqualTo(i < 4 ? "70" : "250");
        assertThat(reader.read(i).getWidth()).isEqualTo(reader.read(0).getWidth());
      }
      assertThat(attribute(reader, 0, "ApplicationExtension", "applicationID"))
          .isEqualTo("NETSCAPE");
      reader.dispose();
    }
  }

  @Test
  void anAnimationOfManyEpochsStaysSmallAndEndsWithTheLast(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("film.gif");
    SeenEpochs.film(SEEN).gif(file);
    assertThat(Files.size(file)).isLessThan(1_000_000);
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(24);
      Path alone = folder.resolve("alone.gif");
      SeenEpochs.film(SEEN.subList(30, 31)).gif(alone);
      BufferedImage last = ImageIO.read(alone.toFile());
      assertThat(meanDifference(reader.read(23), last)).isLessThan(4);
      assertThat(meanDifference(reader.read(0), last)).isGreaterThan(8);
      reader.dispose();
    }
  }

  @Test
  void aPageHasTheAnimationAndAStillForReadersWhoWantNoMotion() throws IOException {
    Figure figure = SeenEpochs.film(SEEN).animation();
    assertThat(figure.altText())
        .startsWith("Animation of 24 epochs. It ends with epoch 30, accuracy 0.80. Gallery of 2");
    Matcher sources =
        Pattern.compile(
                "reduced-motion: reduce\\)\" srcset=\"data:image/(?:jpeg|png);base64,([^\"]+)\"><img"
                    + " width=\"(\\d+)\"[^>]* src=\"data:image/gif;base64,([^\"]+)\"")
            .matcher(figure.toHtml());
    assertThat(sources.find()).isTrue();
    byte[] gif = Base64.getDecoder().decode(sources.group(3));
    assertThat(gif).hasSizeLessThanOrEqualTo(150_000);
    BufferedImage still =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(sources.group(1))));
    assertThat(String.valueOf(still.getWidth())).isEqualTo(sources.group(2));
    BufferedImage first = ImageIO.read(new ByteArrayInputStream(gif));
    assertThat(meanDifference(still, figure.toImage())).isLessThan(4);
    assertThat(meanDifference(first, figure.toImage())).isGreaterThan(8);
  }

  @Test
  void theCourseIsPlainNumbersByEpoch() {
    EpochCourse course = SeenEpochs.film(SEEN.subList(0, 4)).course();
    assertThat(course.epochs()).containsExactly(0, 1, 2, 3);
    assertThat(course.names()).containsExactly("localisation/pointing-game", "validation/accuracy");
    assertThat(course.values("validation/accuracy")).containsExactly(Double.NaN, 0.51, 0.52, 0.53);
    assertThat(course.first("validation/accuracy")).isEqualTo(0.51);
    assertThat(course.last("localisation/pointing-game")).isEqualTo(0.03);
    assertThatThrownBy(() -> course.values("accuracy"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there are [localisation/pointing-game, validation/accuracy]");
  }

  @Test
  void somethingHasArrivedWhenItStays() {
    EpochCourse course =
        new EpochCourse(List.of(0, 2, 4, 6, 8), Map.of("energy", List.of(0.9, 0.2, 0.6, 0.5, 0.7)));
    assertThat(course.arrival("energy", 0.5)).hasValue(4);
    assertThat(course.arrival("energy", 0.55)).hasValue(8);
    assertThat(course.arrival("energy", 0.8)).isEmpty();
    assertThatThrownBy(() -> new EpochCourse(List.of(0), Map.of("energy", List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'energy' has 0 values for 1 epochs");
  }

  @Test
  void anEpochWithoutOverlaysIsLeftOutAndAnEmptyFilmIsRefused(@TempDir Path folder) {
    EpochFilm film = SeenEpochs.film(SEEN.subList(0, 2));
    film.epoch(new EpochOverlays(2, Map.of("validation/accuracy", 0.6), List.of()));
    assertThat(film.sheet().figures()).hasSize(4);
    assertThat(film.course().last("validation/accuracy")).isEqualTo(0.6);
    assertThatThrownBy(() -> new EpochFilm().animation())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the film is empty");
    assertThatThrownBy(() -> new EpochFilm().gif(folder.resolve("none.gif")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the film is empty");
    assertThat(folder.resolve("none.gif")).doesNotExist();
  }

  private static String attribute(ImageReader reader, int frame, String node, String name)
      throws IOException {
    Element tree =
        (Element) reader.getImageMetadata(frame).getAsTree("javax_imageio_gif_image_1.0");
    return ((Element) tree.getElementsByTagName(node).item(0)).getAttribute(name);
  }

  private static double meanDifference(BufferedImage a, BufferedImage b) {
    assertThat(a.getWidth()).isEqualTo(b.getWidth());
    double sum = 0;
    int height = Math.min(a.getHeight(), b.getHeight());
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        for (int shift = 0; shift < 24; shift += 8) {
          sum += Math.abs((a.getRGB(x, y) >> shift & 255) - (b.getRGB(x, y) >> shift & 255));
        }
      }
    }
    return sum / (3.0 * height * a.getWidth());
  }
}
