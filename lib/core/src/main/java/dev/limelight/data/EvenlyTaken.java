package dev.limelight.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Some of many pictures, taken evenly. */
record EvenlyTaken(ImageSet all, int size) implements ImageSet {

  EvenlyTaken {
    if (size < 1) {
      throw new IllegalArgumentException("at least one picture is taken, not " + size);
    }
  }

  private int place(int index) {
    return (int) ((long) Objects.checkIndex(index, size) * all.size() / size);
  }

  @Override
  public List<String> labels() {
    return all.labels();
  }

  @Override
  public String name(int index) {
    return all.name(place(index));
  }

  @Override
  public Example get(int index) throws IOException {
    return all.get(place(index));
  }
}
