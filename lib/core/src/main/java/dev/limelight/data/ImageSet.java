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
   * object. The labels number the folders in the order of their names; {@link #labelled(List, int)}
   * has those of a network.
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
   * The true class of a picture; -1 if unknown.
   *
   * @throws IOException if it cannot be read
   */
  default int label(int index) throws IOException {
    return get(index).label();
  }

  /** The same pictures with the labels of a network's classes, which have these names. */
  default ImageSet labelled(List<String> names) {
    return labelled(names, names.size());
  }

  /**
   * The same pictures with the labels of a network's classes. Names of this set that are names of
   * classes are these classes; otherwise, if all of them are indices of classes, they are those.
   * The label is -1 for any other name. The labels are unchanged if this set has no names, or if
   * the network has none and the labels were given as numbers.
   *
   * @param names of the network's classes, or none
   * @param classes the number of the network's classes; 0 if unknown
   */
  default ImageSet labelled(List<String> names, int classes) {
    return labels().isEmpty() || names.isEmpty() ? this : MatchedLabels.of(this, names, classes);
  }

  /** What should be known about the set, such as files that were left out; a sentence each. */
  default List<String> notes() {
    return List.of();
  }

  /** Some of the pictures, by their indices, in that order. */
  default ImageSet only(int... indices) {
    return new SomeImages(this, indices.clone());
  }

  /** A sample of at most so many pictures, at equal distances in the set. */
  default ImageSet sample(int limit) {
    return limit >= size() ? this : new EvenSample(this, limit);
  }
}
