package dev.limelight.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments of files lie where they do on the picture. */
class MaskFilesTest {

  private static final ColourPlanes INPUT = new ColourPlanes(1, 4, 4, new double[16]);

  /** A picture of 16 x 8 of which the network sees the 8 x 8 in the middle. */
  private static final Frame FRAME = new Frame("cat.jpg", 16, 8, 4, 0, 8, 8, true);

  @TempDir private Path folder;

  private static Path mask(Path file, int width, int height, Rectangle... white)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    for (Rectangle one : white) {
      g.fill(one);
    }
    g.dispose();
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Segments read(@Nullable Frame frame) {
    return new MaskFiles(folder).of(INPUT, frame);
  }

  @Test
  void masksOverlapAndTheRestIsASegment() throws IOException {
    mask(folder.resolve("left.png"), 16, 8, new Rectangle(0, 0, 8, 8));
    mask(folder.resolve("top.png"), 16, 8, new Rectangle(0, 0, 16, 4));
    mask(folder.resolve("outside.png"), 16, 8, new Rectangle(13, 0, 3, 8));
    Segments segments = read(FRAME);
    assertThat(segments.count()).isEqualTo(3);
    assertThat(segments.name(0)).isEqualTo("left");
    assertThat(segments.box(0)).isEqualTo(new Rectangle(0, 0, 2, 4));
    assertThat(segments.box(1)).isEqualTo(new Rectangle(0, 0, 4, 2));
    assertThat(segments.name(2)).isEqualTo("rest");
    assertThat(segments.pixels(2)).containsExactly(10, 11, 14, 15);
    assertThat(segments.isOverlapping()).isTrue();
    boolean[] hidden = new boolean[16];
    BitSet seen = new BitSet();
    seen.set(1, 3);
    segments.hide(seen, hidden);
    // A pixel of both is hidden with either.
    assertThat(hidden[0]).isTrue();
    assertThat(hidden[2]).isFalse();
    assertThat(segments.map(new double[] {1, 2, 4})[0]).isEqualTo(3);
  }

  @Test
  void aLabelImageHasASegmentAValue() throws IOException {
    Path file = folder.resolve("labels.png");
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 128; i++) {
      // Colours that look alike are different labels.
      image.setRGB(i % 16, i / 16, i % 16 < 8 ? 0x10101 : i / 16 < 4 ? 0x10102 : 0x20202);
    }
    ImageIO.write(image, "png", file.toFile());
    Segments segments = new MaskFiles(file).of(INPUT, FRAME);
    assertThat(GoldenSegments.labels(segments))
        .containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 2, 2, 0, 0, 2, 2);
  }

  @Test
  void eachPictureHasItsOwn() throws IOException {
    mask(folder.resolve("cat.png"), 16, 8, new Rectangle(0, 0, 8, 8));
    mask(
        Files.createDirectory(folder.resolve("dog")).resolve("0.png"),
        16,
        8,
        new Rectangle(0, 0, 16, 4));
    Frame cat = new Frame("cat.jpg", 16, 8, 4, 0, 8, 8, false);
    assertThat(GoldenSegments.labels(read(cat))).startsWith(0, 0, 1, 1);
    assertThat(read(new Frame("dog.jpg", 16, 8, 4, 0, 8, 8, false)).box(0))
        .isEqualTo(new Rectangle(0, 0, 4, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(new Frame("cow.jpg", 16, 8, 4, 0, 8, 8, false)))
        .withMessageContaining("no segments named as cow.jpg");
  }

  @Test
  void anotherSizeIsRefused() throws IOException {
    mask(folder.resolve("a.png"), 8, 8, new Rectangle(0, 0, 4, 8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(FRAME))
        .withMessageContaining("is 8 x 8, but the picture cat.jpg is 16 x 8");
  }

  @Test
  void aMaskOfAllDividesNothing() throws IOException {
    mask(folder.resolve("a.png"), 16, 8, new Rectangle(0, 0, 16, 8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(FRAME))
        .withMessageContaining("one segment alone");
  }

  @Test
  void aFolderWithoutMasksIsRefused() throws IOException {
    Files.writeString(folder.resolve("metadata.csv"), "id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(FRAME))
        .withMessageContaining("holds no masks");
  }

  @Test
  void aPhotoIsNoLabelImage() throws IOException {
    Path file = folder.resolve("photo.png");
    BufferedImage image = new BufferedImage(128, 128, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 128 * 128; i++) {
      image.setRGB(i % 128, i / 128, random.nextInt(1 << 24));
    }
    ImageIO.write(image, "png", file.toFile());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaskFiles(file).of(INPUT, null))
        .withMessageContaining("as a photo has");
  }

  @Test
  void aTensorTakesSegmentsOfItsOwnSize() throws IOException {
    mask(folder.resolve("a.png"), 4, 4, new Rectangle(0, 0, 2, 4));
    Segments segments = read(null);
    assertThat(segments.count()).isEqualTo(2);
    assertThat(segments.name(0)).isEqualTo("a");
  }
}
