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
 * The pictures of a folder. Where it holds folders, each is a class, called as the folder is. A
 * picture {@code cat.jpg} with a file {@code cat.mask.png} beside it has that mask, white where the
 * object is.
 */
final class ImageFolder implements ImageSet {

  private final Path folder;
  private final List<String> labels;
  private final List<Path> files = new ArrayList<>();
  private final List<Integer> classes = new ArrayList<>();

  ImageFolder(Path folder) throws IOException {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "pictures are looked for in a folder, and "
              + folder
              + (Files.exists(folder) ? " is none" : " does not exist"));
    }
    List<Path> inside = visible(folder);
    List<Path> folders = inside.stream().filter(Files::isDirectory).toList();
    for (int i = 0; i < folders.size(); i++) {
      add(visible(folders.get(i)), i);
    }
    boolean sorted = !files.isEmpty();
    add(inside, -1);
    labels =
        sorted ? folders.stream().map(path -> path.getFileName().toString()).toList() : List.of();
    if (files.isEmpty()) {
      throw new IOException(
          folder
              + " holds no pictures, neither itself nor in folders of classes; they end in "
              + String.join(", ", Pictures.ENDINGS.stream().sorted().toList()));
    }
  }

  private void add(List<Path> found, int label) {
    for (Path file : found) {
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
    Picture picture = Pictures.read(file);
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
              "the mask %s is %d x %d and its picture %d x %d; give a mask of that size",
              file,
              mask.width(),
              mask.height(),
              picture.width(),
              picture.height()));
    }
    return Mask.of(mask);
  }
}
