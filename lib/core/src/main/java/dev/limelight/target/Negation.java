package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Detection;
import dev.limelight.image.Framing;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.output.Reading;
import java.util.Arrays;
import java.util.List;

/** The evidence against a target. */
record Negation(Target target) implements Target {

  @Override
  public NDArray score(NDArray logits) {
    return target.score(logits).neg();
  }

  @Override
  public int[] classes(NDArray logits) {
    int[] none = target.classes(logits);
    Arrays.fill(none, -1);
    return none;
  }

  @Override
  public boolean linear() {
    return target.linear();
  }

  @Override
  public String unit() {
    return target.unit();
  }

  @Override
  public boolean ofClasses() {
    return target.ofClasses();
  }

  @Override
  public boolean ofPlace() {
    return target.ofPlace();
  }

  @Override
  public boolean binary() {
    return target.binary();
  }

  @Override
  public Target resolve(List<String> labels) {
    return new Negation(target.resolve(labels));
  }

  @Override
  public Target on(OutputKind kind) {
    return new Negation(target.on(kind));
  }

  @Override
  public Target reading(Reading reading) {
    return new Negation(target.reading(reading));
  }

  @Override
  public Target seen(List<Framing> pictures, int width, int height) {
    return new Negation(target.seen(pictures, width, height));
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
    return new Negation(target.slice(from, count));
  }

  @Override
  public Target of(int picture, NDArray logits) {
    return new Negation(target.of(picture, logits));
  }

  @Override
  public String caption(List<String> labels) {
    return "not(" + target.caption(labels) + ")";
  }

  @Override
  public String toString() {
    return "not(" + target + ")";
  }
}
