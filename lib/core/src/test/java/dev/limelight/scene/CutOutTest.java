package dev.limelight.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.codec.Png;
import dev.limelight.data.LabelFile;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutOutTest {

  private static final int HALF = 0x80;

  @TempDir private Path folder;

  private Path write(String name, int width, int... argb) throws IOException {
    BufferedImage image =
        new BufferedImage(width, argb.length / width, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, width, argb.length / width, argb, 0, width);
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Png.write(image, file);
    return file;
  }

  @Test
  void opaquePixelsCoverAndHalfTransparentOnesMix() throws IOException {
    CutOut read = CutOut.read(write("red.png", 3, 0, 0xFFFF0000, HALF << 24 | 0x00FF00));
    assertThat(read.picture().width()).isEqualTo(2);
    int[] rgb = new int[4];
    Arrays.fill(rgb, 0x0000FF);
    Mask mask = read.paste(rgb, 4, 1, 0);
    assertThat(rgb[0]).isEqualTo(0x0000FF);
    assertThat(rgb[1]).isEqualTo(0xFF0000);
    assertThat(rgb[2] >> 16).isLessThanOrEqualTo(1);
    assertThat(rgb[2] >> 8 & 255).isBetween(127, 129);
    assertThat(rgb[2] & 255).isBetween(126, 128);
    assertThat(rgb[3]).isEqualTo(0x0000FF);
    assertThat(mask.cells()).containsExactly(false, true, true, false);
  }

  @Test
  void aMirrorTurnsBothColourAndOpacity() throws IOException {
    CutOut read = CutOut.read(write("two.png", 3, 0xFFFF0000, 0xFF00FF00, 0x4000FF00));
    CutOut mirrored = read.mirrored();
    assertThat(mirrored.picture().rgb(2, 0)).isEqualTo(0xFF0000);
    assertThat(mirrored.mask().cells()).containsExactly(false, true, true);
    assertThat(mirrored.mirrored().alpha()).isEqualTo(read.alpha());
  }

  @Test
  void aPictureWithoutTransparencyIsNoCutOut() throws IOException {
    Path opaque = write("opaque.png", 1, 0xFFFF0000);
    assertThatThrownBy(() -> CutOut.read(opaque))
        .hasMessageStartingWith(opaque + " has no transparent pixels");
    Path empty = write("empty.png", 1, 0x00FF0000);
    assertThatThrownBy(() -> CutOut.read(empty))
        .hasMessageStartingWith(empty + " is transparent everywhere");
  }

  @Test
  void filesAndFoldersNameClasses() throws IOException {
    write("tabby_01.png", 2, 0, 0xFF808080);
    write("ox/first.png", 2, 0, 0xFF808080);
    List<SceneObject> objects = CutOutFile.folder(folder);
    assertThat(objects)
        .extracting(SceneObject::name)
        .containsExactly("tabby_01.png", "ox/first.png");
    ObjectClasses classes = new ObjectClasses(List.of("ox", "tabby, tabby cat"), 2);
    assertThat(objects).extracting(classes::of).containsExactly(1, 0);
    assertThatThrownBy(() -> CutOutFile.folder(folder.resolve("none")))
        .hasMessageContaining("does not exist");
    Path nothing = Files.createDirectory(folder.resolve("nothing"));
    assertThatThrownBy(() -> CutOutFile.folder(nothing)).hasMessageContaining("has no pictures");
  }

  @Test
  void namesOfSeveralClassesOrNoneAreUnknown() {
    ObjectClasses classes = new ObjectClasses(List.of("crane", "Great Dane", "crane"), 3);
    assertThat(classes.of(named("crane_1"))).isEqualTo(-1);
    assertThat(classes.of(named("great_dane_07"))).isEqualTo(1);
    assertThat(classes.of(named("crane (2)"))).isEqualTo(2);
    assertThat(classes.of(named("dog"))).isEqualTo(-1);
    assertThat(new ObjectClasses(List.of(), 10).of(named("7_a"))).isEqualTo(7);
    assertThat(new ObjectClasses(List.of(), 10).of(named("10_a"))).isEqualTo(-1);
    assertThat(classes.unknown(List.of(named("dog"), named("great dane")))).containsExactly("dog");
  }

  private static SceneObject named(String label) {
    CutOut any = new CutOut(Picture.of(1, 1, new int[1], "any"), new float[1]);
    return new CutOutFile(label, label, any);
  }

  @Test
  void allThatAreShippedAreClassesOfImageNet() throws IOException {
    List<String> labels =
        LabelFile.read(Path.of("src/main/resources/dev/limelight/data/imagenet-classes.txt"));
    List<SceneObject> shipped = CutOutFile.shipped();
    assertThat(shipped).hasSize(14);
    assertThat(new ObjectClasses(labels, labels.size()).unknown(shipped)).isEmpty();
  }
}
