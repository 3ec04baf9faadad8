package dev.limelight.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** A sample of a set's pictures, at equal distances. */
record EvenSample(ImageSet images, int size) implements ImageSet {

  EvenSample {
    if (size < 1) {
      throw new IllegalArgumentException("a sample needs at least one picture, but got " + size);
    }
  }

  private int sourceIndex(int index) {
    return (int) ((long) Objects.checkIndex(index, size) * images.size() / size);
  }

  @Override
  public List<String> labels() {
    return images.labels();
  }

  @Override
  public String name(int index) {
    return images.name(sourceIndex(index));
  }

  @Override
  public Example get(int index) throws IOException {
    return images.get(sourceIndex(index));
  }

  @Override
  public int label(int index) throws IOException {
    return images.label(sourceIndex(index));
  }

  @Override
  public ImageSet labelled(List<String> names, int classes) {
    return new EvenSample(images.labelled(names, classes), size);
  }

  @Override
  public List<String> notes() {
    return images.notes();
  }
}
