package dev.limelight.data;

import java.io.IOException;
import java.util.List;

/** Pictures whose classes are counted as those of a network, by their names. */
record ByName(ImageSet all, List<String> labels) implements ImageSet {

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public String name(int index) {
    return all.name(index);
  }

  @Override
  public Example get(int index) throws IOException {
    Example one = all.get(index);
    int label = one.label() < 0 ? -1 : labels.indexOf(all.labels().get(one.label()));
    return new Example(one.name(), one.picture(), label, one.mask());
  }
}
