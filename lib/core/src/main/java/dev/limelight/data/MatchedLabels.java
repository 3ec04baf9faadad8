package dev.limelight.data;

import java.io.IOException;
import java.util.List;

/** Pictures whose labels are those of a network's classes, matched by name. */
record MatchedLabels(ImageSet images, List<String> labels) implements ImageSet {

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String name(int index) {
    return images.name(index);
  }

  @Override
  public Example get(int index) throws IOException {
    Example example = images.get(index);
    int label = example.label() < 0 ? -1 : labels.indexOf(images.labels().get(example.label()));
    return new Example(example.name(), example.picture(), label, example.mask());
  }
}
