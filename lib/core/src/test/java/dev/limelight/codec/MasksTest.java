package dev.limelight.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One mask, a column of four, stored in the ways that masks are stored. */
class MasksTest {

  private static final int SIDE = 4;

  private static Mask read(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "png", out)).isTrue();
    return Masks.read(out.toByteArray(), "the mask");
  }

  private static BufferedImage samples(BufferedImage image, int object, int other) {
    WritableRaster raster = image.getRaster();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        for (int band = 0; band < raster.getNumBands(); band++) {
          raster.setSample(x, y, band, x == 1 ? object : other);
        }
      }
    }
    return image;
  }

  private static void isTheColumn(Mask mask) {
    assertThat(mask.area()).isEqualTo(SIDE);
    for (int y = 0; y < SIDE; y++) {
      assertThat(mask.get(1, y)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "255, 0", "200, 100", "128, 127"})
  void greyLevelsAndOnesAreRead(int object, int other) throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_3BYTE_BGR}) {
      isTheColumn(read(samples(new BufferedImage(SIDE, SIDE, type), object, other)));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "255, 0", "65535, 0", "40000, 20000"})
  void sixteenBitsAreRead(int object, int other) throws IOException {
    isTheColumn(
        read(
            samples(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY), object, other)));
  }

  @Test
  void twoLevelsAreRead() throws IOException {
    isTheColumn(read(samples(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY), 1, 0)));
  }

  private static BufferedImage indexed(int[] rgb, int object, int other) {
    IndexColorModel palette =
        new IndexColorModel(8, rgb.length, rgb, 0, false, -1, DataBuffer.TYPE_BYTE);
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, SIDE, SIDE, 1, null);
    return samples(new BufferedImage(palette, raster, false, null), object, other);
  }

  @Test
  void thePaletteOfColoursIsReadByItsIndex() throws IOException {
    // As PASCAL VOC writes them: the first class is dark red.
    isTheColumn(read(indexed(new int[] {0, 0x800000, 0x008000}, 1, 0)));
    isTheColumn(read(indexed(new int[] {0, 0x800000, 0x008000}, 2, 0)));
  }

  @Test
  void thePaletteOfGreysIsReadByItsLevels() throws IOException {
    // White first, and a ramp.
    isTheColumn(read(indexed(new int[] {0xFFFFFF, 0}, 0, 1)));
    isTheColumn(read(indexed(new int[] {0, 0x010101, 0x020202}, 1, 0)));
  }

  @Test
  void whatIsTransparentIsNoObject() throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < SIDE; y++) {
      image.setRGB(0, y, 0x00FFFFFF);
      image.setRGB(1, y, 0xFFFFFFFF);
    }
    isTheColumn(read(image));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255})
  void masksOfOneValueAreEmptyOrFull(int value) throws IOException {
    Mask mask =
        read(samples(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY), value, value));
    assertThat(mask.area()).isEqualTo(value == 0 ? 0 : SIDE * SIDE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20, 127})
  void otherLevelsAreRefused(int value) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    assertThatThrownBy(() -> read(samples(image, value, 0)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "the mask has values from 0 to "
                + value
                + ", which is neither 0 and 1 nor 0 and 255; write 255 on the object and 0"
                + " elsewhere");
  }

  private static byte[] png(int width, int height, Mask mask) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, mask.get(x, y) ? 255 : 0);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "png", out)).isTrue();
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7, 8})
  void aMaskOfTheStoredPixelsIsTurnedAsItsPicture(int orientation) throws IOException {
    byte[] file = turned(orientation);
    Picture upright = Pictures.read(file, "upright");
    BufferedImage stored = ImageIO.read(new ByteArrayInputStream(file));
    assertThat(stored.getWidth()).isEqualTo(upright.height());
    Mask ofStored = Mask.of(Pictures.of(stored, "stored"));
    Masks.OfPicture found =
        Masks.read(png(stored.getWidth(), stored.getHeight(), ofStored), "m", file, upright);
    assertThat(found.mask().cells()).isEqualTo(Mask.of(upright).cells());
    assertThat(found.notes()).singleElement().asString().contains("turned as the picture is");
    Mask ofUpright = Mask.of(upright);
    Masks.OfPicture fitting =
        Masks.read(png(upright.width(), upright.height(), ofUpright), "m", file, upright);
    assertThat(fitting.mask().cells()).isEqualTo(ofUpright.cells());
    assertThat(fitting.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void whereEitherFitsTheTurnedPictureIsMeantAndNoted(int orientation) throws IOException {
    byte[] file = turned(orientation);
    Picture upright = Pictures.read(file, "upright");
    Mask mask = Mask.of(upright);
    Masks.OfPicture found =
        Masks.read(png(upright.width(), upright.height(), mask), "m", file, upright);
    assertThat(found.mask().cells()).isEqualTo(mask.cells());
    assertThat(found.notes()).hasSize(orientation == 1 ? 0 : 1);
  }

  @Test
  void aMaskIsTurnedByItsOwnExifBlock() throws IOException {
    byte[] file = turned(6);
    Mask own = Masks.read(file, "m");
    assertThat(own.width()).isEqualTo(Pictures.read(file, "upright").width());
    assertThatThrownBy(() -> Masks.read(file, "m", turned(1), Pictures.read(turned(1), "upright")))
        .hasMessageContaining("m is 16 x 24, but its picture is 24 x 16");
  }

  /** A lossless picture whose colours lie far apart, with its Exif block. */
  private static byte[] turned(int orientation) throws IOException {
    return Files.readAllBytes(
        Path.of("src/test/resources/pictures/turned-" + orientation + ".png"));
  }
}
