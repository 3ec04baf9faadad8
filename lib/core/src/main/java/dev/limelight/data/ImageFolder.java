package dev.limelight.data;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Mask;
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
  private final List<String> labels;
  private final List<Path> files = new ArrayList<>();
  private final List<Integer> classes = new ArrayList<>();

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
    List<Path> folders = entries.stream().filter(Files::isDirectory).toList();
    for (int i = 0; i < folders.size(); i++) {
      add(visible(folders.get(i)), i);
    }
    boolean hasClasses = !files.isEmpty();
    add(entries, -1);
    labels =
        hasClasses
            ? folders.stream().map(path -> path.getFileName().toString()).toList()
            : List.of();
    if (files.isEmpty()) {
      throw new IOException(
          folder
              + " contains no pictures, nor do its subfolders; the names of pictures end in "
              + String.join(", ", Pictures.ENDINGS.stream().sorted().toList()));
    }
  }

  private void add(List<Path> entries, int label) {
    for (Path file : entries) {
      String name = file.getFileName().toString();
      boolean mask = name.toLowerCase(Locale.ROOT).endsWith(MASK_ENDING);
      if (Pictures.isPictureName(name) && !mask && Files.isRegularFile(file)) {
        files.add(file);
        classes.add(label);
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
    return folder.relativize(files.get(index)).toString().replace('\\', '/');
  }

  @Override
  public Example get(int index) throws IOException {
    Path file = files.get(Objects.checkIndex(index, files.size()));
    Picture picture = reader.read(file);
    String name = file.getFileName().toString();
    Path mask = file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + MASK_ENDING);
    return new Example(
        name(index),
        picture.named(name(index)),
        classes.get(index),
        Files.exists(mask) ? mask(mask, picture) : null);
  }

  private static Mask mask(Path file, Picture picture) throws IOException {
    Picture mask = Pictures.read(file);
    if (mask.width() != picture.width() || mask.height() != picture.height()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the mask %s is %d x %d, but its picture is %d x %d; give a mask of that size",
              file,
              mask.width(),
              mask.height(),
              picture.width(),
              picture.height()));
    }
    return Mask.of(mask);
  }
}
