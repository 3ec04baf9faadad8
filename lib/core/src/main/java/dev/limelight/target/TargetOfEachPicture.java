package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Detection;
import dev.limelight.image.Framing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.output.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A target for each picture of a batch; a single one is that of all pictures. */
record TargetOfEachPicture(List<Target> targets) implements Target {

  TargetOfEachPicture {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("each() needs a target for each picture, but got none");
    }
  }

  @Override
  public NDArray score(NDArray logits) {
    if (targets.size() == 1) {
      return targets.get(0).score(logits);
    }
    check(logits);
    ClassIndex together = together();
    if (together != null) {
      return together.score(logits);
    }
    NDList all = new NDList();
    for (int i = 0; i < targets.size(); i++) {
      all.add(targets.get(i).score(row(i, logits)).reshape(new Shape(1)));
    }
    return NDArrays.concat(all);
  }

  /** The classes of all pictures, where all targets are classes: an engine scores them at once. */
  private @Nullable ClassIndex together() {
    int[] all = new int[targets.size()];
    boolean binary = binary();
    for (int i = 0; i < all.length; i++) {
      if (!(targets.get(i) instanceof ClassIndex one)
          || one.indices().length != 1
          || one.binary() != binary) {
        return null;
      }
      all[i] = one.indices()[0];
    }
    return new ClassIndex(all, binary);
  }

  @Override
  public int[] classes(NDArray logits) {
    if (targets.size() == 1) {
      return targets.get(0).classes(logits);
    }
    check(logits);
    ClassIndex together = together();
    if (together != null) {
      return together.classes(logits);
    }
    int[] all = new int[targets.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = targets.get(i).classes(row(i, logits))[0];
    }
    return all;
  }

  private void check(NDArray logits) {
    long pictures = logits.getShape().get(0);
    if (pictures != targets.size()) {
      throw new IllegalArgumentException(
          "a batch of "
              + pictures
              + " pictures needs one target or "
              + pictures
              + ", but got "
              + targets.size()
              + "; give one a picture");
    }
  }

  private static NDArray row(int picture, NDArray logits) {
    return logits.get(picture + ":" + (picture + 1));
  }

  @Override
  public Target of(int picture, NDArray logits) {
    if (targets.size() == 1) {
      return targets.get(0).of(picture, logits);
    }
    check(logits);
    ClassIndex together = together();
    return together == null
        ? targets.get(picture).of(0, row(picture, logits))
        : together.of(picture, logits);
  }

  @Override
  public Target againstOthers() {
    return Target.each(targets.stream().map(Target::againstOthers).toList());
  }

  @Override
  public boolean linear() {
    return targets.stream().allMatch(Target::linear);
  }

  @Override
  public String unit() {
    return SumOfTargets.unit(targets);
  }

  @Override
  public boolean ofClasses() {
    return targets.stream().allMatch(Target::ofClasses);
  }

  @Override
  public boolean oneClass() {
    return targets.stream().allMatch(Target::oneClass);
  }

  @Override
  public boolean ofPlace() {
    return targets.stream().anyMatch(Target::ofPlace);
  }

  @Override
  public boolean binary() {
    return targets.stream().anyMatch(Target::binary);
  }

  @Override
  public Target resolve(List<String> labels) {
    return Target.each(targets.stream().map(target -> target.resolve(labels)).toList());
  }

  @Override
  public Target on(OutputKind kind) {
    return Target.each(targets.stream().map(target -> target.on(kind)).toList());
  }

  @Override
  public Target reading(Reading reading) {
    return Target.each(targets.stream().map(target -> target.reading(reading)).toList());
  }

  @Override
  public Target seen(List<Framing> pictures, int width, int height) {
    if (targets.size() == 1) {
      return targets.get(0).seen(pictures, width, height);
    }
    List<Target> own = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      own.add(targets.get(i).seen(pictures.subList(i, i + 1), width, height));
    }
    return Target.each(own);
  }

  @Override
  public PlainArray prediction(NDArray output) {
    if (targets.size() == 1) {
      return targets.get(0).prediction(output);
    }
    check(output);
    if (together() != null) {
      return PlainArray.of(output);
    }
    List<PlainArray> rows = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      rows.add(targets.get(i).prediction(row(i, output)));
    }
    return PlainArray.together(rows);
  }

  @Override
  public List<Detection> detections(NDArray output) {
    if (targets.size() == 1) {
      return targets.get(0).detections(output);
    }
    check(output);
    if (together() != null) {
      return List.of();
    }
    List<Detection> all = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      all.addAll(targets.get(i).detections(row(i, output)));
    }
    return all.size() == targets.size() ? all : List.of();
  }

  @Override
  public OutputKind kind(OutputKind ofOutput) {
    return targets.get(0).kind(ofOutput);
  }

  @Override
  public Target slice(int from, int count) {
    if (targets.size() == 1) {
      return this;
    }
    int end = Math.min(from + count, targets.size());
    return Target.each(targets.subList(Math.min(from, end), end));
  }

  @Override
  public String caption(List<String> labels) {
    return targets.stream()
        .map(target -> target.caption(labels))
        .collect(Collectors.joining(", ", "each(", ")"));
  }

  @Override
  public String toString() {
    return targets.stream().map(Target::toString).collect(Collectors.joining(",", "each(", ")"));
  }
}
