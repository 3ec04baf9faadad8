package dev.limelight.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PicturesTest {

  @TempDir Path folder;

  private static BufferedImage noise(int width, int height, int type) {
    Random random = new Random(1);
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xFF000000 | random.nextInt(1 << 24));
      }
    }
    return image;
  }

  private Path written(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  private static void refused(ThrowingCallable call, Path file, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(words)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    BufferedImage image = noise(7, 5, BufferedImage.TYPE_INT_RGB);
    Picture picture = Pictures.read(written(image, "png"));
    assertThat(picture.width()).isEqualTo(7);
    assertThat(picture.height()).isEqualTo(5);
    assertThat(picture.name()).isEqualTo("picture.png");
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        assertThat(picture.rgb(x, y)).isEqualTo(image.getRGB(x, y) & 0xFFFFFF);
      }
    }
    assertThat(Pictures.of(Pictures.toImage(picture), "again").rgb()).isEqualTo(picture.rgb());
  }

  @Test
  void readsSeveralInTheOrderWanted() throws IOException {
    for (int i = 2; i < 5; i++) {
      ImageIO.write(
          noise(i, i, BufferedImage.TYPE_INT_RGB), "png", folder.resolve(i + ".png").toFile());
    }
    assertThat(Pictures.readAll(folder, "4.png", "2.png"))
        .extracting(Picture::width)
        .containsExactly(4, 2);
    refused(
        () -> Pictures.readAll(folder, "2.png", "9.png"),
        folder.resolve("9.png"),
        "there is no file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg", "tiff"})
  void readsEveryFormat(String format) throws IOException {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(0xCC3300));
    g.fillRect(0, 0, 16, 8);
    g.dispose();
    int color = Pictures.read(written(image, format)).rgb(8, 4);
    assertThat(new int[] {color >> 16, color >> 8 & 255, color & 255})
        .satisfies(c -> assertThat(Math.abs(c[0] - 0xCC)).isLessThanOrEqualTo(3))
        .satisfies(c -> assertThat(Math.abs(c[1] - 0x33)).isLessThanOrEqualTo(3))
        .satisfies(c -> assertThat(c[2]).isLessThanOrEqualTo(3));
  }

  @ParameterizedTest
  @CsvSource({"10, 200", "11, 51400"}) // TYPE_BYTE_GRAY and TYPE_USHORT_GRAY
  void greyStaysAsDarkAsItIs(int type, int sample) throws IOException {
    BufferedImage image = new BufferedImage(4, 4, type);
    image.getRaster().setSample(1, 2, 0, sample);
    Picture picture = Pictures.read(written(image, "png"));
    assertThat(picture.rgb(1, 2)).isEqualTo(0xC8C8C8);
    assertThat(picture.rgb(0, 0)).isZero();
  }

  @Test
  void transparentPartsAreLaidOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0x80000000);
    image.setRGB(2, 0, 0xFF0000FF);
    Picture fromFile = Pictures.read(written(image, "png"));
    assertThat(fromFile.rgb()).containsExactly(0xFFFFFF, 0x7F7F7F, 0x0000FF);
    assertThat(Pictures.of(image, "x").rgb()).containsExactly(fromFile.rgb());
    BufferedImage premultiplied = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR_PRE);
    premultiplied.setRGB(0, 0, 0x80000000);
    assertThat(Pictures.of(premultiplied, "x").rgb()).containsExactly(0x7F7F7F);
  }

  @Test
  void imagesOfFloatingPointAreRefused() {
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_FLOAT);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 2);
    assertThatThrownBy(() -> Pictures.of(new BufferedImage(model, raster, false, null), "depth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("depth has samples from 0 to 0 ");
  }

  @Test
  void indexedAndBilevelPicturesBecomeRgb() throws IOException {
    BufferedImage indexed = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(0, 0, 0xFFFF0000);
    indexed.setRGB(1, 0, 0xFFFFFFFF);
    assertThat(Pictures.read(written(indexed, "png")).rgb()).containsExactly(0xFF0000, 0xFFFFFF);
    BufferedImage bilevel = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bilevel.setRGB(1, 0, 0xFFFFFFFF);
    assertThat(Pictures.read(written(bilevel, "png")).rgb()).containsExactly(0, 0xFFFFFF);
  }

  /** A JPEG of 16 x 8 whose left half is red, said to be stored in an orientation. */
  private Path oriented(int orientation) throws IOException {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.RED);
    g.fillRect(0, 0, 8, 4);
    g.dispose();
    byte[] jpeg = Jpeg.encode(image, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(jpeg, 0, 2);
    out.writeShort(0xFFE1);
    out.writeShort(2 + 6 + 8 + 2 + 12 + 4);
    out.writeBytes("Exif\0\0MM\0*");
    out.writeInt(8);
    out.writeShort(1);
    out.writeShort(0x0112);
    out.writeShort(3);
    out.writeInt(1);
    out.writeShort(orientation);
    out.writeShort(0);
    out.writeInt(0);
    out.write(jpeg, 2, jpeg.length - 2);
    return Files.write(folder.resolve("turned.jpg"), bytes.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 16, 2, 2", "2, 16, 13, 2", "3, 16, 13, 6", "4, 16, 2, 6",
    "5, 8, 2, 2", "6, 8, 6, 2", "7, 8, 6, 13", "8, 8, 2, 13"
  })
  void photosStandUpright(int orientation, int width, int redX, int redY) throws IOException {
    Picture picture = Pictures.read(oriented(orientation));
    assertThat(picture.width()).isEqualTo(width);
    assertThat(picture.height()).isEqualTo(24 - width);
    assertThat(picture.rgb(redX, redY) >> 16).isGreaterThan(200);
    assertThat(picture.rgb(width - 1 - redX, 24 - width - 1 - redY) >> 16).isLessThan(50);
  }

  @Test
  void bytesAreReadAsTheirFileIs() throws IOException {
    Path file = oriented(6);
    Picture read = Pictures.read(Files.readAllBytes(file), "from elsewhere");
    assertThat(read.rgb()).containsExactly(Pictures.read(file).rgb());
    assertThat(read.width()).isEqualTo(Pictures.read(file).width());
    assertThat(read.name()).isEqualTo("from elsewhere");
    assertThatThrownBy(() -> Pictures.read(new byte[0], "a.png"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("a.png is empty");
    assertThatThrownBy(() -> Pictures.read(new byte[] {1, 2, 3}, "a.png"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("a.png is not a picture");
  }

  @Test
  void refusesWhatIsNotThere() throws IOException {
    Path missing = folder.resolve("missing.png");
    refused(() -> Pictures.read(missing), missing, "no file", "check the name");
    refused(() -> Pictures.read(folder), folder, "is a folder");
    Path empty = Files.createFile(folder.resolve("empty.png"));
    refused(() -> Pictures.read(empty), empty, "empty (0 bytes)");
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    Path text = folder.resolve("text.png");
    Files.writeString(text, "this is a shopping list\n");
    refused(() -> Pictures.read(text), text, "not a picture", "PNG, JPEG, WebP, GIF, TIFF");
  }

  @ParameterizedTest
  @CsvSource({"png, cut off", "jpg, cut off", "gif, damaged", "bmp, cut off", "tiff, cut off"})
  void refusesTruncatedPictures(String format, String word) throws IOException {
    Path whole = written(noise(64, 64, BufferedImage.TYPE_INT_RGB), format);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = folder.resolve("half." + format);
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    refused(() -> Pictures.read(half), half, word, "again");
    Path head = folder.resolve("head." + format);
    Files.write(head, Arrays.copyOf(bytes, 12));
    refused(() -> Pictures.read(head), head, "again");
    byte[] jpeg = Jpeg.encode(noise(64, 64, BufferedImage.TYPE_INT_RGB), 0.9f);
    Path unmarked = folder.resolve("unmarked.jpg");
    Files.write(unmarked, Arrays.copyOf(jpeg, jpeg.length - 2));
    assertThat(Pictures.read(unmarked).width()).isEqualTo(64);
  }

  @Test
  void refusesHugePicturesByTheirHeader() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(chunk);
    header.write("IHDR".getBytes(StandardCharsets.US_ASCII));
    header.writeInt(20_000);
    header.writeInt(5_001);
    header.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(chunk.toByteArray());
    out.writeInt(13);
    out.write(chunk.toByteArray());
    out.writeInt((int) crc.getValue());
    out.writeInt(0); // an empty IDAT, so that readers see that the header has ended
    out.writeBytes("IDAT");
    out.writeInt(0x35AF061E);
    Path file = Files.write(folder.resolve("huge.png"), bytes.toByteArray());
    refused(() -> Pictures.read(file), file, "20000 x 5001", "100 megapixels", "smaller");
  }
}
