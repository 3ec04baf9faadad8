package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.limelight.io.Names;
import dev.limelight.model.block.RecordedArithmetic;
import dev.limelight.model.signature.OutputKind;
import java.util.List;

/**
 * The probability of a class, or its logarithm: {@code log p_c = z_c - log sum_k exp(z_k)}. A
 * sigmoid unit z is the softmax of 0 and z: that of one output, and that of each class of a network
 * whose classes do not exclude each other. Where the output holds probabilities, they are read as
 * they are.
 */
record ClassProbability(ClassTarget target, boolean log, OutputKind kind) implements Target {

  static ClassProbability of(Target target, boolean log) {
    if (target instanceof ClassTarget one) {
      return new ClassProbability(one, log, OutputKind.LOGITS);
    }
    throw new IllegalArgumentException(
        "a probability is that of one class, but got "
            + Names.printable(target.toString())
            + "; take the probability of each class inside it");
  }

  @Override
  public NDArray score(NDArray logits) {
    if (kind == OutputKind.PROBABILITIES) {
      // One output speaks against the first of two classes with the weight -1.
      NDArray weights = target.weights(logits);
      NDArray negative = weights.abs().sub(weights).div(2);
      NDArray given = logits.mul(weights).add(negative).sum(new int[] {1});
      return log ? RecordedArithmetic.maximum(given, Float.MIN_NORMAL).log() : given;
    }
    if (Logits.outputs(logits) == 1 || kind == OutputKind.SIGMOIDS) {
      NDArray column = target.score(logits).expandDims(1);
      return of(NDArrays.concat(new NDList(column.zerosLike(), column), 1)).get(":, 1");
    }
    return of(logits).mul(target.weights(logits)).sum(new int[] {1});
  }

  private NDArray of(NDArray logits) {
    return log ? logits.logSoftmax(1) : logits.softmax(1);
  }

  @Override
  public int[] classes(NDArray logits) {
    return target.classes(logits);
  }

  @Override
  public String unit() {
    return log ? "log-probability" : "probability";
  }

  @Override
  public boolean binary() {
    return target.binary();
  }

  @Override
  public Target resolve(List<String> labels) {
    return new ClassProbability(target.resolve(labels), log, kind);
  }

  @Override
  public Target on(OutputKind other) {
    return new ClassProbability(target.on(other), log, other);
  }

  @Override
  public Target slice(int from, int count) {
    return new ClassProbability(target.slice(from, count), log, kind);
  }

  @Override
  public Target of(int picture, NDArray logits) {
    return new ClassProbability(target.of(picture, logits), log, kind);
  }

  @Override
  public String caption(List<String> labels) {
    return unit() + "(" + target.caption(labels) + ")";
  }

  @Override
  public String toString() {
    return unit() + "(" + target + ")";
  }
}
