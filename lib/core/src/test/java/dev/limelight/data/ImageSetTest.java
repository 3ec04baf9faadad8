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
    assertThat(set.label(1)).isEqualTo(1);
    assertThat(counted.label(0)).isEqualTo(-1);
    assertThat(counted.label(1)).isEqualTo(1);
    assertThat(counted.labelled(List.of("fish", "dog"))).isSameAs(counted);
    assertThat(set.notes())
        .containsExactly(
            "1 file is left out, since pictures lie in the folder or in class folders and end in"
                + " bmp, gif, jpeg, jpg, png, tif, tiff, wbmp, webp: cat/notes.txt");
    assertThat(counted.notes())
        .contains(
            "the true classes of some pictures are unknown: cat is no label and no index of the"
                + " network's classes");
  }

  @Test
  void theOrderOfFoldersIsNoIndex() throws IOException {
    picture("cat/a.png", 4, 1);
    picture("dog/b.png", 4, 1);
    ImageSet unknown = ImageSet.folder(folder).labelled(List.of(), 2);
    assertThat(unknown.get(0).label()).isEqualTo(-1);
    assertThat(unknown.get(1).label()).isEqualTo(-1);
    assertThat(unknown.sample(1).label(0)).isEqualTo(-1);
    assertThat(unknown.notes())
        .containsExactly(
            "the true classes of the pictures are unknown: cat, dog are no labels and no index of"
                + " the network's classes");
  }

  @Test
  void namesThatAreIndicesAreTheIndices() throws IOException {
    for (int i = 0; i < 12; i++) {
      picture(i + "/a.png", 4, i);
    }
    ImageSet set = ImageSet.folder(folder);
    assertThat(set.labels().subList(0, 3)).containsExactly("0", "1", "10");
    for (ImageSet counted :
        List.of(set.labelled(List.of(), 12), set.sample(12).labelled(List.of(), 12))) {
      for (int i = 0; i < 12; i++) {
        String name = counted.name(i);
        assertThat(counted.get(i).label())
            .isEqualTo(counted.label(i))
            .isEqualTo(Integer.parseInt(name.substring(0, name.indexOf('/'))));
      }
      assertThat(counted.notes()).isEmpty();
    }
    // Not those of a network with fewer classes.
    assertThat(set.labelled(List.of(), 11).label(5)).isEqualTo(-1);
    // Labels come first, whatever their order.
    List<String> labels = set.labels();
    assertThat(set.labelled(labels).label(2)).isEqualTo(2);
    assertThat(set.labelled(labels).get(2).label()).isEqualTo(2);
  }

  @Test
  void aFolderStandsForEachClassOfItsName() throws IOException {
    picture("crane/a.png", 4, 1);
    picture("crane (2)/a.png", 4, 1);
    picture("dog/a.png", 4, 1);
    ImageSet set = ImageSet.folder(folder).labelled(List.of("crane", "dog", "crane"));
    Example one = set.get(0);
    assertThat(set.name(0)).isEqualTo("crane/a.png");
    assertThat(one.label()).isZero();
    assertThat(one.label(2)).isEqualTo(2);
    assertThat(one.label(1)).isZero();
    assertThat(set.get(1).label(0)).isEqualTo(2);
    assertThat(set.get(2).label(0)).isEqualTo(1);
    assertThat(set.notes()).isEmpty();
  }

  @Test
  void whatIsLeftOutIsCounted() throws IOException {
    picture("cat/a.png", 4, 1);
    picture("cat/inner/b.png", 4, 1);
    picture("beside.png", 4, 1);
    Files.writeString(folder.resolve("c.webm"), "no picture");
    assertThat(ImageSet.folder(folder).notes())
        .hasSize(2)
        .anyMatch(
            note ->
                note.equals(
                    "1 picture lies beside the class folders and has no true class: beside.png"))
        .anyMatch(note -> note.startsWith("2 files are left out") && note.contains("cat/inner/"));
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
