package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Detection;
import dev.limelight.image.Framing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.output.Reading;
import java.util.Arrays;
import java.util.List;

/** Why one target and not another. */
record Difference(Target target, Target other) implements Target {

  @Override
  public NDArray score(NDArray logits) {
    return target.score(logits).sub(other.score(logits));
  }

  @Override
  public int[] classes(NDArray logits) {
    int[] none = target.classes(logits);
    Arrays.fill(none, -1);
    return none;
  }

  @Override
  public boolean linear() {
    return target.linear() && other.linear();
  }

  @Override
  public String unit() {
    return SumOfTargets.unit(List.of(target, other));
  }

  @Override
  public boolean ofClasses() {
    return target.ofClasses() && other.ofClasses();
  }

  @Override
  public boolean ofPlace() {
    return target.ofPlace() || other.ofPlace();
  }

  @Override
  public boolean binary() {
    return target.binary() || other.binary();
  }

  @Override
  public Target resolve(List<String> labels) {
    return new Difference(target.resolve(labels), other.resolve(labels));
  }

  @Override
  public Target on(OutputKind kind) {
    return new Difference(target.on(kind), other.on(kind));
  }

  @Override
  public Target reading(Reading reading) {
    return new Difference(target.reading(reading), other.reading(reading));
  }

  @Override
  public Target seen(List<Framing> pictures, int width, int height) {
    return new Difference(
        target.seen(pictures, width, height), other.seen(pictures, width, height));
  }

  @Override
  public PlainArray prediction(NDArray output) {
    return target.prediction(output);
  }

  @Override
  public List<Detection> detections(NDArray output) {
    return target.detections(output);
  }

  @Override
  public OutputKind kind(OutputKind ofOutput) {
    return target.kind(ofOutput);
  }

  @Override
  public Target slice(int from, int count) {
    return new Difference(target.slice(from, count), other.slice(from, count));
  }

  @Override
  public Target of(int picture, NDArray logits) {
    return new Difference(target.of(picture, logits), other.of(picture, logits));
  }

  @Override
  public String caption(List<String> labels) {
    return "difference(" + target.caption(labels) + ", " + other.caption(labels) + ")";
  }

  @Override
  public String toString() {
    return "difference(" + target + "," + other + ")";
  }
}
