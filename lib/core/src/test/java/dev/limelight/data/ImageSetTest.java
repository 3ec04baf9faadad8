package dev.limelight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.codec.Png;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetTest {

  @TempDir private Path folder;

  private void picture(String name, int size, int rgb) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    int[] pixels = IntStream.generate(() -> rgb).limit((long) size * size).toArray();
    Png.write(Picture.of(size, size, pixels, name), file);
  }

  @Test
  void foldersAreClassesAndMasksLieBesidePictures() throws IOException {
    picture("dog/b.png", 4, 0xFF0000);
    picture("dog/b.mask.png", 4, 0xFFFFFF);
    picture("cat/a.PNG", 5, 0x00FF00);
    picture(".hidden/c.png", 4, 0);
    Files.writeString(folder.resolve("cat").resolve("notes.txt"), "no picture");
    ImageSet set = ImageSet.folder(folder);
    assertThat(set.labels()).containsExactly("cat", "dog");
    assertThat(IntStream.range(0, set.size()).mapToObj(set::name))
        .containsExactly("cat/a.PNG", "dog/b.png");
    assertThat(set.get(0).label()).isZero();
    assertThat(set.get(0).mask()).isNull();
    assertThat(set.get(1).label()).isEqualTo(1);
    assertThat(set.get(1).mask().area()).isEqualTo(16);
    assertThat(set.get(1).picture().name()).isEqualTo("dog/b.png");
    // As a network counts them.
    ImageSet counted = set.labelled(List.of("fish", "dog"));
    assertThat(counted.get(0).label()).isEqualTo(-1);
    assertThat(counted.get(1).label()).isEqualTo(1);
    assertThat(counted.labels()).containsExactly("fish", "dog");
    assertThat(set.labelled(List.of())).isSameAs(set);
  }

  @Test
  void picturesWithoutFoldersHaveNoClass() throws IOException {
    picture("a.png", 4, 1);
    picture("empty/b.txt.png", 4, 1);
    Files.delete(folder.resolve("empty").resolve("b.txt.png"));
    ImageSet set = ImageSet.folder(folder);
    assertThat(set.labels()).isEmpty();
    assertThat(set.get(0).label()).isEqualTo(-1);
  }

  @Test
  void whatIsWrongIsASentence() throws IOException {
    assertThatThrownBy(() -> ImageSet.folder(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("contains no pictures");
    assertThatThrownBy(() -> ImageSet.folder(folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not exist");
    picture("a.png", 4, 1);
    picture("a.mask.png", 5, 1);
    assertThatThrownBy(() -> ImageSet.folder(folder).get(0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.mask.png is 5 x 5, but its picture is 4 x 4");
  }

  @Test
  void aSampleIsEven() throws IOException {
    Picture picture = Picture.of(2, 2, new int[4], "picture");
    List<Example> examples =
        IntStream.range(5, 15).mapToObj(i -> new Example("scene " + i, picture, 0, null)).toList();
    ImageSet scenes = ImageSet.of(examples, List.of("scene"));
    assertThat(scenes.sample(20)).isSameAs(scenes);
    ImageSet four = scenes.sample(4);
    assertThat(IntStream.range(0, 4).mapToObj(four::name))
        .containsExactly("scene 5", "scene 7", "scene 10", "scene 12");
    assertThat(four.get(1).name()).isEqualTo("scene 7");
    assertThatThrownBy(() -> scenes.sample(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> four.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
