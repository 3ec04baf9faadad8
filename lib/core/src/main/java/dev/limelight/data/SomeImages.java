package dev.limelight.data;

import java.io.IOException;
import java.util.List;

/** Some pictures of a set. */
record SomeImages(ImageSet images, int[] indices) implements ImageSet {

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public List<String> labels() {
    return images.labels();
  }

  @Override
  public String name(int index) {
    return images.name(indices[index]);
  }

  @Override
  public Example get(int index) throws IOException {
    return images.get(indices[index]);
  }

  @Override
  public int label(int index) throws IOException {
    return images.label(indices[index]);
  }

  @Override
  public ImageSet labelled(List<String> names, int classes) {
    return new SomeImages(images.labelled(names, classes), indices);
  }

  @Override
  public List<String> notes() {
    return images.notes();
  }
}
