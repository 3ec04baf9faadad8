package dev.limelight.data;

import java.util.List;

/** Pictures in memory. */
record ImagesInMemory(List<Example> examples, List<String> labels) implements ImageSet {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public String name(int index) {
    return examples.get(index).name();
  }

  @Override
  public Example get(int index) {
    return examples.get(index);
  }

  @Override
  public int label(int index) {
    return examples.get(index).label();
  }
}
