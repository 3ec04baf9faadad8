package dev.limelight;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.method.Pass;
import dev.limelight.method.PassCounter;
import dev.limelight.model.SharedNetwork;
import dev.limelight.model.SplitModel;
import java.util.function.LongConsumer;

/**
 * How much is computed at once, and who listens meanwhile.
 *
 * @param memory the memory in bytes, roughly, for changed copies of a picture
 * @param progress receives the number of passes of each batch
 * @param concurrency how many threads may explain at once, which share the memory
 */
record Limits(long memory, LongConsumer progress, int concurrency) {

  /** Listens to nothing. */
  static final LongConsumer NOBODY = passes -> {};

  /** More pictures at once make nothing faster. */
  static final int MOST_PICTURES = 16;

  /**
   * How many pictures go through a network at once.
   *
   * @param picture the shape of one, (C, H, W)
   * @param count how many there are
   */
  int pictures(SharedNetwork network, Shape picture, int count) {
    if (count <= 1) {
      return 1;
    }
    long bytes = network.lock().call(() -> network.whole().footprint(picture));
    long most = Math.min(MOST_PICTURES, memory / Math.max(1, bytes));
    return (int) Math.max(1, most / concurrency);
  }

  /** Begins with a batch. Whoever listens is called without the engine's lock. */
  Pass pass(SharedNetwork network, SplitModel split, NDArray batch) {
    LongConsumer listener =
        progress == NOBODY
            ? NOBODY
            : passes -> network.lock().outside(() -> progress.accept(passes));
    return new Pass(split, network.whole(), batch, memory / concurrency, new PassCounter(listener));
  }
}
