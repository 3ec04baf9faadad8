package dev.limelight.target;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A class against all others: {@code z_c - log sum_(k != c) exp(z_k)}. Its gradient is a multiple
 * of that of the class's log-probability, and does not vanish where the network is certain.
 */
record ClassOdds(ClassTarget target) implements Target {

  /** Farther than any logit is from another: its exponential is 0. */
  private static final float FAR = 1e30f;

  @Override
  public NDArray score(NDArray logits) {
    NDArray own = target.score(logits);
    if (Logits.outputs(logits) == 1) {
      return own;
    }
    NDArray others = logits.sub(target.weights(logits).mul(FAR));
    NDArray largest = others.stopGradient().max(new int[] {1}, true);
    NDArray sum = others.sub(largest).exp().sum(new int[] {1});
    return own.sub(sum.log()).sub(largest.squeeze(1));
  }

  @Override
  public int[] classes(NDArray logits) {
    return target.classes(logits);
  }

  @Override
  public String unit() {
    return "log-odds";
  }

  @Override
  public boolean binary() {
    return target.binary();
  }

  @Override
  public Target againstOthers() {
    return this;
  }

  @Override
  public Target resolve(List<String> labels) {
    return new ClassOdds(target.resolve(labels));
  }

  @Override
  public Target slice(int from, int count) {
    return new ClassOdds(target.slice(from, count));
  }

  @Override
  public Target of(int picture, NDArray logits) {
    return new ClassOdds(target.of(picture, logits));
  }

  @Override
  public String caption(List<String> labels) {
    return "log-odds(" + target.caption(labels) + ")";
  }

  @Override
  public String toString() {
    return "log-odds(" + target + ")";
  }
}
