package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/** Why one target and not another. */
record Difference(Target wanted, Target other) implements Target {

  @Override
  public NDArray score(NDArray logits) {
    return wanted.score(logits).sub(other.score(logits));
  }

  @Override
  public int[] classes(NDArray logits) {
    int[] none = wanted.classes(logits);
    Arrays.fill(none, -1);
    return none;
  }

  @Override
  public boolean linear() {
    return wanted.linear() && other.linear();
  }

  @Override
  public String unit() {
    return SumOfTargets.unit(List.of(wanted, other));
  }

  @Override
  public boolean ofClasses() {
    return wanted.ofClasses() && other.ofClasses();
  }

  @Override
  public boolean binary() {
    return wanted.binary() || other.binary();
  }

  @Override
  public Target resolve(List<String> labels) {
    return new Difference(wanted.resolve(labels), other.resolve(labels));
  }

  @Override
  public Target slice(int from, int count) {
    return new Difference(wanted.slice(from, count), other.slice(from, count));
  }

  @Override
  public Target of(int picture, NDArray logits) {
    return new Difference(wanted.of(picture, logits), other.of(picture, logits));
  }

  @Override
  public String caption(List<String> labels) {
    return "difference(" + wanted.caption(labels) + ", " + other.caption(labels) + ")";
  }

  @Override
  public String toString() {
    return "difference(" + wanted + "," + other + ")";
  }
}
