package dev.limelight.cli;

import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Pictures of a folder, with what was noted or went wrong when each was read. */
final class NotedImages implements ImageSet {

  private final ImageSet images;
  private final Map<String, List<String>> notes;
  private final Map<String, String> unread;

  NotedImages(ImageSet images) {
    this(images, new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>());
  }

  private NotedImages(
      ImageSet images, Map<String, List<String>> notes, Map<String, String> unread) {
    this.images = images;
    this.notes = notes;
    this.unread = unread;
  }

  /** The same pictures; what is noted of them is kept in one place. */
  @Override
  public ImageSet labelled(List<String> names, int count) {
    return new NotedImages(images.labelled(names, count), notes, unread);
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
    try {
      Example example = images.get(index);
      if (!example.picture().notes().isEmpty()) {
        notes.put(example.name(), example.picture().notes());
      }
      return example;
    } catch (IOException e) {
      unread.put(images.name(index), String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** The notes of a picture that was read. */
  List<String> notes(String name) {
    return notes.getOrDefault(name, List.of());
  }

  /** Names the pictures that could not be read, and counts those of each note. */
  void report(PrintWriter err) {
    if (!unread.isEmpty()) {
      err.println(
          "limelight: "
              + unread.size()
              + (unread.size() == 1 ? " picture" : " pictures")
              + " could not be read and "
              + (unread.size() == 1 ? "is" : "are")
              + " left out:");
      unread.values().forEach(reason -> err.println("  " + reason));
    }
    Map<String, List<String>> pictures = new TreeMap<>();
    notes.forEach(
        (name, all) ->
            all.forEach(note -> pictures.merge(note, List.of(name), NotedImages::joined)));
    pictures.forEach(
        (note, names) ->
            err.println(
                "limelight: "
                    + names.get(0)
                    + (names.size() == 1 ? "" : " and " + (names.size() - 1) + " more")
                    + ": "
                    + note));
    err.flush();
  }

  private static List<String> joined(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
