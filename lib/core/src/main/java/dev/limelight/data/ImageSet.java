package dev.limelight.data;

import dev.limelight.codec.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A numbered set of pictures; each is read when it is requested. */
public interface ImageSet {

  /** The end of the name of a mask's file, which is in the same folder as its picture. */
  String MASK_ENDING = ".mask.png";

  /** The number of pictures. */
  int size();

  /** The names of the classes, in the order of the labels; empty if unknown. */
  List<String> labels();

  /** The name of a picture in tables and files, known without reading it. */
  String name(int index);

  /**
   * Reads a picture.
   *
   * @throws IOException if it cannot be read; the message names it and says why
   */
  Example get(int index) throws IOException;

  /** Pictures in memory. */
  static ImageSet of(List<Example> examples, List<String> labels) {
    return new ImagesInMemory(List.copyOf(examples), List.copyOf(labels));
  }

  /**
   * The pictures of a folder. Its subfolders, if there are any, are classes with the folders'
   * names. The mask of {@code cat.jpg} is {@code cat.mask.png} in the same folder, white for the
   * object.
   *
   * @throws IOException if there is no such folder, or it contains no pictures
   */
  static ImageSet folder(Path folder) throws IOException {
    return new ImageFolder(folder, Pictures::read);
  }

  /**
   * The pictures of a folder whose samples have a range that is not that of their type; see {@link
   * Pictures#read(Path, double, double)}. Masks are read as always.
   *
   * @throws IOException if there is no such folder, or it contains no pictures
   */
  static ImageSet folder(Path folder, double black, double white) throws IOException {
    return new ImageFolder(folder, file -> Pictures.read(file, black, white));
  }

  /**
   * The same pictures with the labels of a network's classes: classes are matched by name, and the
   * label is -1 if the network has no class of that name. Unchanged if either side has no names.
   *
   * @param names of the network's classes
   */
  default ImageSet labelled(List<String> names) {
    return labels().isEmpty() || names.isEmpty() ? this : new MatchedLabels(this, names);
  }

  /** A sample of at most so many pictures, at equal distances in the set. */
  default ImageSet sample(int limit) {
    return limit >= size() ? this : new EvenSample(this, limit);
  }
}
