package dev.limelight.cli;

import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Pictures of a folder, with what was noted when each was read. */
final class NotedImages implements ImageSet {

  private final ImageSet images;
  private final Map<String, List<String>> notes;

  NotedImages(ImageSet images) {
    this(images, new ConcurrentSkipListMap<>());
  }

  private NotedImages(ImageSet images, Map<String, List<String>> notes) {
    this.images = images;
    this.notes = notes;
  }

  /** The same pictures; what is noted of them is kept in one place. */
  @Override
  public ImageSet labelled(List<String> names, int count) {
    return new NotedImages(images.labelled(names, count), notes);
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public List<String> labels() {
    return images.labels();
  }

  @Override
  public String name(int index) {
    return images.name(index);
  }

  @Override
  public int label(int index) throws IOException {
    return images.label(index);
  }

  @Override
  public List<String> notes() {
    return images.notes();
  }

  @Override
  public Example get(int index) throws IOException {
    Example example = images.get(index);
    if (!example.picture().notes().isEmpty()) {
      notes.put(example.name(), example.picture().notes());
    }
    return example;
  }

  /** The notes of a picture that was read. */
  List<String> notes(String name) {
    return notes.getOrDefault(name, List.of());
  }

  /**
   * What was noted of the pictures that were read: a sentence each, with the first picture's name.
   */
  List<String> ofPictures() {
    Map<String, List<String>> pictures = new TreeMap<>();
    notes.forEach(
        (name, all) ->
            all.forEach(note -> pictures.merge(note, List.of(name), NotedImages::joined)));
    return pictures.entrySet().stream()
        .map(
            entry ->
                entry.getValue().get(0)
                    + (entry.getValue().size() == 1
                        ? ""
                        : " and " + (entry.getValue().size() - 1) + " more")
                    + ": "
                    + entry.getKey())
        .toList();
  }

  private static List<String> joined(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
