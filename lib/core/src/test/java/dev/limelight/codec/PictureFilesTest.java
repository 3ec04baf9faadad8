package dev.limelight.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.image.Picture;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that make_pictures.py wrote, and what Pillow reads of them. */
class PictureFilesTest {

  /** In levels of 255: colours may be rounded, and lossy formats decoded, a little differently. */
  private static final int CLOSE = 12;

  @TempDir Path folder;

  private static Path file(String name) throws URISyntaxException {
    URL found = PictureFilesTest.class.getResource("/pictures/" + name);
    return Path.of(Objects.requireNonNull(found, name).toURI());
  }

  private static Picture read(String name) throws Exception {
    return Pictures.read(file(name));
  }

  private static int difference(Picture a, Picture b) {
    assertThat(a.width()).isEqualTo(b.width());
    assertThat(a.height()).isEqualTo(b.height());
    int most = 0;
    int[] left = a.rgb();
    int[] right = b.rgb();
    for (int i = 0; i < left.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        most = Math.max(most, Math.abs((left[i] >> shift & 255) - (right[i] >> shift & 255)));
      }
    }
    return most;
  }

  private static Picture expected(String name) throws Exception {
    return read(name.substring(0, name.lastIndexOf('.')) + ".expected.png");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cmyk.jpg",
        "cmyk-profile.jpg",
        "ycck.jpg",
        "cmyk-tiff.tif",
        "cmyk-tiff-profile.tif",
        "wide-jpeg.jpg",
        "wide-png.png",
        "wide-webp.webp",
        "wide-tiff.tif",
        "grey-jpeg.jpg",
        "progressive.jpg",
        "grey.png",
        "grey-16.png",
        "rgb-16.png",
        "palette.png",
        "one-bit.png",
        "one-bit-tiff.tif",
        "two-bits.png",
        "lossy.webp",
        "lossless.webp",
        "tiff.tif",
        "tiff-16.tif",
        "tiff-jpeg.tif",
        "tiff-deflate.tif",
        "tiff-palette.tif",
        "bmp.bmp"
      })
  void colorsAreThoseOfPillow(String name) throws Exception {
    Picture picture = read(name);
    assertThat(difference(picture, expected(name))).isLessThanOrEqualTo(CLOSE);
    assertThat(picture.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grey-alpha.png",
        "palette-transparent.png",
        "lossless-alpha.webp",
        "lossy-alpha.webp",
        "tiff-alpha.tif"
      })
  void transparentPartsAreDrawnOnWhiteAndNoted(String name) throws Exception {
    Picture picture = read(name);
    assertThat(difference(picture, expected(name))).isLessThanOrEqualTo(CLOSE);
    assertThat(picture.notes()).containsExactly("its transparent parts are drawn on white");
  }

  @ParameterizedTest
  @ValueSource(strings = {"animated-webp.webp", "animated-gif.gif", "pages.tif"})
  void theFirstOfSeveralPicturesIsReadAndNoted(String name) throws Exception {
    Picture picture = read(name);
    assertThat(difference(picture, expected(name))).isLessThanOrEqualTo(CLOSE);
    assertThat(picture.notes()).containsExactly("it is the first of 3 pictures in its file");
  }

  @ParameterizedTest
  @CsvSource({"animated-gif.gif, 6", "animated-webp.webp, 24"})
  void aFirstFrameOfPartOfTheCanvasIsNoted(String name, int width) throws Exception {
    byte[] bytes = Files.readAllBytes(file(name));
    bytes[width] = 39;
    assertThat(Pictures.read(bytes, name).notes())
        .contains(
            "its first frame has 24 x 16 pixels, a part of the "
                + (width == 6 ? 39 : 40)
                + " x 16 of the whole");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "webp", "tif"})
  void everyFormatIsTurnedAlike(String format) throws Exception {
    for (int orientation = 1; orientation <= 8; orientation++) {
      Picture picture = read("turned-" + orientation + "." + format);
      assertThat(difference(picture, read("turned-" + orientation + ".expected.png")))
          .as("orientation %d", orientation)
          .isLessThanOrEqualTo(CLOSE);
      assertThat(picture.notes()).isEmpty();
    }
  }

  @Test
  void anExifBlockMayComeAfterThePixels() throws Exception {
    assertThat(difference(read("turned-late.png"), read("turned-late.expected.png"))).isZero();
  }

  @Test
  void aDamagedExifBlockIsNoted() throws Exception {
    byte[] bytes = Files.readAllBytes(file("turned-6.jpg"));
    int exif = indexOf(bytes, "Exif");
    Arrays.fill(bytes, exif + 6, exif + 12, (byte) 'x');
    Picture picture = Pictures.read(bytes, "a.jpg");
    assertThat(picture.width()).isEqualTo(24);
    assertThat(picture.notes())
        .containsExactly("its Exif block is damaged, so it is taken as upright");
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey-12.png", "rgb-12.png"})
  void twelveBitsOfSixteenAreNotedAndScaledByARange(String name) throws Exception {
    Picture dark = read(name);
    assertThat(dark.notes())
        .singleElement()
        .asString()
        .startsWith("its samples are from ")
        .contains(" of 0 to 65535, so it is dark")
        .endsWith("--range 0,4095");
    Picture scaled = Pictures.read(file(name), 0, 4095);
    assertThat(difference(scaled, expected(name))).isLessThanOrEqualTo(1);
    assertThat(scaled.notes()).isEmpty();
    Picture cut = Pictures.read(file(name), 0, 2047);
    assertThat(cut.notes()).singleElement().asString().contains("cut off at the range 0,2047");
  }

  @ParameterizedTest
  @CsvSource({"float.tif, '--range 0,1', 1", "integer.tif, '--range 0,', 255000"})
  void samplesWithoutARangeAreRefusedUntilOneIsGiven(String name, String advice, double white)
      throws Exception {
    Path file = file(name);
    assertThatThrownBy(() -> Pictures.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " has samples from ")
        .hasMessageContaining(advice)
        .hasMessageNotContaining("\n");
    Picture scaled = Pictures.read(Files.readAllBytes(file), name, 0, white);
    assertThat(difference(scaled, expected(name))).isLessThanOrEqualTo(1);
  }

  @Test
  void labColorsAreRefused() throws Exception {
    Path file = file("lab.tif");
    assertThatThrownBy(() -> Pictures.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " has CIELAB colours")
        .hasMessageEndingWith("save it as RGB");
  }

  @Test
  void aRangeDoesNotFitAPalette() throws Exception {
    Path file = file("palette.png");
    assertThatThrownBy(() -> Pictures.read(file, 0, 15))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("palette")
        .hasMessageContaining("leave the range away");
    assertThatThrownBy(() -> Pictures.read(file, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.0,1.0");
  }

  @Test
  void formatsThatCannotBeReadAreNamed() throws Exception {
    Path file = folder.resolve("phone.jpg");
    Files.write(file, "\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Pictures.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + " is a HEIC file, which cannot be read; save it as one of PNG, JPEG, WebP, GIF,"
                + " TIFF, BMP and WBMP");
  }

  @Test
  void truncatedFilesAreRefused() throws Exception {
    for (String name : new String[] {"lossless.webp", "lossy.webp", "cmyk.jpg", "cmyk-tiff.tif"}) {
      byte[] bytes = Files.readAllBytes(file(name));
      for (int length = 13; length < bytes.length * 3 / 4; length += 41) {
        byte[] part = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> Pictures.read(part, name))
            .as("%s of %d bytes", name, length)
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith(name)
            .hasMessageNotContaining("\n");
      }
    }
  }

  /** As in a notebook whose kernel adds jars later: the context class loader knows none of them. */
  @Test
  void readersAreFoundWithoutTheContextClassLoader() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    URL[] all =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> url(Path.of(entry)))
            .toArray(URL[]::new);
    try (URLClassLoader own = new URLClassLoader(all, ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      Object picture =
          own.loadClass(Pictures.class.getName())
              .getMethod("read", Path.class)
              .invoke(null, file("lossless.webp"));
      assertThat(picture.toString()).isEqualTo("Picture lossless.webp 24 x 16");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The plug-in reads it as a picture, from bytes that are not there. */
  @Test
  void aLosslessPictureEndsWhereItsChunkEnds() throws Exception {
    Path file = Path.of("src/test/resources/hostile/lossless.webp");
    assertThatThrownBy(() -> Pictures.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is cut off: it ends before the picture does");
    byte[] whole = Files.readAllBytes(file("lossless.webp"));
    byte[] shorter = Arrays.copyOf(whole, whole.length - 2);
    // The sizes of the chunk and of the file, so that they are as long as they say.
    shorter[4] -= 2;
    shorter[16] -= 2;
    assertThatThrownBy(() -> Pictures.read(shorter, "shorter.webp"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("shorter.webp is cut off");
  }

  /** Each lossless part loses its end, and what follows it stays where its header says. */
  @ParameterizedTest
  @CsvSource({"animated-webp.webp, VP8L", "lossless-alpha.webp, VP8L", "lossy-alpha.webp, ALPH"})
  void aLosslessPartEndsWithItsChunk(String name, String chunk) throws Exception {
    byte[] whole = Files.readAllBytes(file(name));
    int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf(chunk);
    int size = whole[at + 4];
    for (int lost : new int[] {2, size / 2 / 2 * 2, size - 6}) {
      byte[] shorter = whole.clone();
      // What was the end of the part is a chunk that nobody knows.
      int end = at + 8 + size - lost;
      shorter[at + 4] -= (byte) lost;
      if (lost >= 8) {
        byte[] other = {'n', 'o', 'n', 'e', (byte) (lost - 8), 0, 0, 0};
        System.arraycopy(other, 0, shorter, end, other.length);
      }
      assertThatThrownBy(() -> Pictures.read(shorter, name))
          .as("%s without %d of %d bytes", chunk, lost, size)
          .isInstanceOf(IOException.class)
          .hasMessageMatching(name + " (is cut off: it ends before|cannot be decoded).*");
    }
  }

  @Test
  void uncompressedTransparencyIsRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(file("lossy-alpha.webp"));
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("ALPH");
    bytes[at + 8] &= ~3;
    assertThatThrownBy(() -> Pictures.read(bytes, "raw.webp"))
        .isInstanceOf(IOException.class)
        .hasMessage("raw.webp has transparency in a form that cannot be read; save it as PNG");
  }

  @Test
  void reasonsOfAPlugInAreShort() throws Exception {
    byte[] tiff = Files.readAllBytes(file("float.tif"));
    for (int i = 0; i + 1 < tiff.length; i++) {
      // The number of values of BitsPerSample.
      if (tiff[i] == 2 && tiff[i + 1] == 1 && tiff[i + 2] == 3 && tiff[i + 3] == 0) {
        tiff[i + 5] = 1;
        break;
      }
    }
    assertThatThrownBy(() -> Pictures.read(tiff, "many.tif"))
        .isInstanceOf(IOException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
