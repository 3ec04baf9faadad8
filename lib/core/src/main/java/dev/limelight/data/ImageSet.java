package dev.limelight.data;

import java.io.IOException;
import java.util.List;

/** Pictures that are looked through one after another, each read when it is asked for. */
public interface ImageSet {

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

  /** Generated pictures: the scenes of the indices from {@code first} on. */
  static ImageSet of(Scenes scenes, int first, int count) {
    return new ScenesInOrder(scenes, first, count);
  }
}
