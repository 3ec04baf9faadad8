package dev.limelight.course.data;

import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import java.util.List;
import java.util.Objects;

/** Generated pictures, each drawn when it is read. */
record ScenesInOrder(Scenes scenes, int first, int size) implements ImageSet {

  @Override
  public List<String> labels() {
    return scenes.labels();
  }

  @Override
  public String name(int index) {
    return "scene " + (first + Objects.checkIndex(index, size));
  }

  @Override
  public Example get(int index) {
    return scenes.get(first + Objects.checkIndex(index, size)).example();
  }
}
