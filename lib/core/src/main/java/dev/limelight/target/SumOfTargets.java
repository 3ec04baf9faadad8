package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.PlainArray;
import dev.limelight.image.Framing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.output.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Several targets at once, by the sum of their scores. */
record SumOfTargets(List<Target> targets) implements Target {

  SumOfTargets {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("all() needs one target or several, but got none");
    }
    targets = List.copyOf(targets);
  }

  /** The unit that all have, or what they have in common. */
  static String unit(List<Target> targets) {
    List<String> units = targets.stream().map(Target::unit).distinct().toList();
    return units.size() == 1 ? units.get(0) : "score";
  }

  @Override
  public NDArray score(NDArray logits) {
    NDArray sum = targets.get(0).score(logits);
    for (Target target : targets.subList(1, targets.size())) {
      sum = sum.add(target.score(logits));
    }
    return sum;
  }

  @Override
  public int[] classes(NDArray logits) {
    int[] classes = targets.get(0).classes(logits);
    if (targets.size() > 1) {
      Arrays.fill(classes, -1);
    }
    return classes;
  }

  @Override
  public boolean linear() {
    return targets.stream().allMatch(Target::linear);
  }

  @Override
  public String unit() {
    return unit(targets);
  }

  @Override
  public boolean ofClasses() {
    return targets.stream().allMatch(Target::ofClasses);
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
    return map(target -> target.resolve(labels));
  }

  @Override
  public Target on(OutputKind kind) {
    return map(target -> target.on(kind));
  }

  @Override
  public Target reading(Reading reading) {
    return map(target -> target.reading(reading));
  }

  @Override
  public Target seen(List<Framing> pictures, int width, int height) {
    return map(target -> target.seen(pictures, width, height));
  }

  @Override
  public PlainArray prediction(NDArray output) {
    return targets.get(0).prediction(output);
  }

  @Override
  public OutputKind kind(OutputKind ofOutput) {
    return targets.get(0).kind(ofOutput);
  }

  @Override
  public Target slice(int from, int count) {
    return map(target -> target.slice(from, count));
  }

  @Override
  public Target of(int picture, NDArray logits) {
    return map(target -> target.of(picture, logits));
  }

  private Target map(UnaryOperator<Target> change) {
    return new SumOfTargets(targets.stream().map(change).toList());
  }

  @Override
  public String caption(List<String> labels) {
    return targets.stream()
        .map(target -> target.caption(labels))
        .collect(Collectors.joining(", ", "all(", ")"));
  }

  @Override
  public String toString() {
    return targets.stream().map(Target::toString).collect(Collectors.joining(",", "all(", ")"));
  }
}
