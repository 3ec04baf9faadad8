package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import dev.limelight.model.signature.OutputKind;
import java.util.List;

/** One class, however it is chosen. */
sealed interface ClassTarget extends Target permits TopClass, ClassIndex, ClassLabel, BinaryClass {

  /**
   * The weight of each output in the class's score: 1 for its own output and 0 for others; 1 or -1
   * for one sigmoid unit.
   *
   * @param logits (N, K)
   * @return (N, K)
   */
  NDArray weights(NDArray logits);

  @Override
  default NDArray score(NDArray logits) {
    return logits.mul(weights(logits)).sum(new int[] {1});
  }

  @Override
  default Target againstOthers() {
    return new ClassOdds(this);
  }

  @Override
  default boolean oneClass() {
    return true;
  }

  @Override
  default boolean linear() {
    return true;
  }

  @Override
  ClassTarget resolve(List<String> labels);

  @Override
  default ClassTarget on(OutputKind kind) {
    return this;
  }

  @Override
  ClassTarget of(int picture, NDArray logits);

  @Override
  ClassTarget slice(int from, int count);
}
