package dev.limelight.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures whose labels are those of a network's classes.
 *
 * @param images the pictures
 * @param labels of the network's classes, or none
 * @param classes the classes of the network that the names of the set's labels stand for
 */
record MatchedLabels(ImageSet images, List<String> labels, TrueClasses classes)
    implements ImageSet {

  static MatchedLabels of(ImageSet images, List<String> labels, int count) {
    return new MatchedLabels(images, labels, TrueClasses.of(images.labels(), labels, count));
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String name(int index) {
    return images.name(index);
  }

  private List<Integer> classes(int label) {
    boolean named = label >= 0 && label < images.labels().size();
    return named ? classes.of(images.labels().get(label)) : List.of();
  }

  @Override
  public int label(int index) throws IOException {
    List<Integer> found = classes(images.label(index));
    return found.isEmpty() ? -1 : found.get(0);
  }

  @Override
  public Example get(int index) throws IOException {
    Example example = images.get(index);
    return example.of(classes(example.label()));
  }

  @Override
  public ImageSet labelled(List<String> names, int count) {
    // Labels are matched by the names of the set, once.
    return names.equals(labels) ? this : images.labelled(names, count);
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>(images.notes());
    List<String> unknown = classes.unknown();
    if (!unknown.isEmpty()) {
      notes.add(
          "the true classes of "
              + (unknown.size() == classes.classes().size() ? "the" : "some")
              + " pictures are unknown: "
              + Listed.of(unknown)
              + (unknown.size() == 1 ? " is no label" : " are no labels")
              + " and no index of the network's classes");
    }
    return notes;
  }
}
