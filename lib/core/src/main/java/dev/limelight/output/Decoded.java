package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import dev.limelight.detection.Detection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The candidates of one output, which the targets of many boxes read one after the other. */
final class Decoded {

  private final NDArray joined;
  private final Reading reading;
  private final Candidates candidates;
  private @Nullable List<List<Detection>> best;

  Decoded(NDArray joined, Reading reading) {
    this.joined = joined;
    this.reading = reading;
    candidates = reading.reader().candidates(joined, reading.outputs());
  }

  /** Whether it is what a reading makes of that array, and not only of an equal one. */
  boolean isOf(NDArray array, Reading other) {
    return joined == array && reading == other;
  }

  Candidates candidates() {
    return candidates;
  }

  List<List<Detection>> best() {
    if (best == null) {
      best = candidates.stopGradient().best();
    }
    return best;
  }
}
