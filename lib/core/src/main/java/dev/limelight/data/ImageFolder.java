package dev.limelight.data;

import dev.limelight.codec.Masks;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The pictures of a folder. Its subfolders, if there are any, are classes with the folders' names.
 * The mask of {@code cat.jpg} is {@code cat.mask.png} in the same folder, white for the object.
 */
final class ImageFolder implements ImageSet {

  private final Path folder;
  private final PictureFile reader;
  private final List<String> labels = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<Integer> classes = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /** Reads the file of a picture. */
  interface PictureFile {
    Picture read(Path file) throws IOException;
  }

  ImageFolder(Path folder, PictureFile reader) throws IOException {
    this.folder = folder;
    this.reader = reader;
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder
              + (Files.exists(folder) ? " is not a folder" : " does not exist")
              + "; give a folder of pictures");
    }
    List<Path> entries = visible(folder);
    for (Path ofClass : entries.stream().filter(Files::isDirectory).toList()) {
      List<Path> inside = visible(ofClass);
      int before = files.size();
      add(inside, labels.size());
      if (files.size() > before) {
        labels.add(ofClass.getFileName().toString());
      }
      inside.stream().filter(Files::isDirectory).forEach(nested -> leftOut.add(name(nested) + "/"));
    }
    add(entries, -1);
    if (files.isEmpty()) {
      throw new IOException(
          folder
              + " contains no pictures, nor do its subfolders; the names of pictures end in "
              + endings());
    }
  }

  private static String endings() {
    return String.join(", ", Pictures.ENDINGS.stream().sorted().toList());
  }

  private void add(List<Path> entries, int label) {
    for (Path file : entries) {
      String name = file.getFileName().toString();
      if (!Files.isRegularFile(file) || name.toLowerCase(Locale.ROOT).endsWith(MASK_ENDING)) {
        continue;
      }
      if (Pictures.isPictureName(name)) {
        files.add(file);
        classes.add(label);
      } else {
        leftOut.add(name(file));
      }
    }
  }

  private static List<Path> visible(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private String name(Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public String name(int index) {
    return name(files.get(index));
  }

  @Override
  public int label(int index) {
    return classes.get(index);
  }

  /** The order of folders numbers no classes of a network, also of one without labels. */
  @Override
  public ImageSet labelled(List<String> names, int count) {
    return labels.isEmpty() ? this : MatchedLabels.of(this, names, count);
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    List<String> beside =
        files.stream().filter(file -> folder.equals(file.getParent())).map(this::name).toList();
    if (!labels.isEmpty() && !beside.isEmpty()) {
      notes.add(
          (beside.size() == 1
                  ? "1 picture lies beside the class folders and has no true class: "
                  : beside.size()
                      + " pictures lie beside the class folders and have no true class: ")
              + Listed.of(beside));
    }
    if (!leftOut.isEmpty()) {
      notes.add(
          (leftOut.size() == 1 ? "1 file is" : leftOut.size() + " files are")
              + " left out, since pictures lie in the folder or in class folders and end in "
              + endings()
              + ": "
              + Listed.of(leftOut));
    }
    return notes;
  }

  @Override
  public Example get(int index) throws IOException {
    Path file = files.get(Objects.checkIndex(index, files.size()));
    Picture picture = reader.read(file);
    String name = file.getFileName().toString();
    Path mask = file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + MASK_ENDING);
    Picture named = picture.named(name(index));
    if (!Files.exists(mask)) {
      return new Example(name(index), named, classes.get(index), null);
    }
    Masks.OfPicture read = Masks.read(mask, file, picture);
    return new Example(name(index), named.alsoNoted(read.notes()), classes.get(index), read.mask());
  }
}
