package dev.limelight.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Pictures that are looked through one after another, each read when it is asked for. */
public interface ImageSet {

  /** How the name of a file ends that holds the mask of the picture beside it. */
  String MASK_ENDING = ".mask.png";

  /** How many there are. */
  int size();

  /** The names of the classes, in the order of the labels; none if nobody knows. */
  List<String> labels();

  /** What tables and files call the i-th, known without reading it. */
  String name(int index);

  /**
   * Reads the i-th.
   *
   * @throws IOException if it cannot be read; the message says which and why
   */
  Example get(int index) throws IOException;

  /** Pictures in memory. */
  static ImageSet of(List<Example> examples, List<String> labels) {
    return new ImagesInMemory(List.copyOf(examples), List.copyOf(labels));
  }

  /**
   * The pictures of a folder. Where it holds folders, each is a class, called as the folder is. A
   * picture {@code cat.jpg} with a file {@code cat.mask.png} beside it has that mask, white where
   * the object is.
   *
   * @throws IOException if there is no such folder, or it holds no pictures
   */
  static ImageSet folder(Path folder) throws IOException {
    return new ImageFolder(folder);
  }

  /**
   * The same with classes counted as a network counts them: by their names, -1 where the network
   * has no class of that name. Unchanged where either side has no names.
   *
   * @param names of the network's classes
   */
  default ImageSet labelled(List<String> names) {
    return labels().isEmpty() || names.isEmpty() ? this : new ByName(this, names);
  }

  /** At most so many of them, taken evenly from all. */
  default ImageSet some(int atMost) {
    return atMost >= size() ? this : new EvenlyTaken(this, atMost);
  }
}
