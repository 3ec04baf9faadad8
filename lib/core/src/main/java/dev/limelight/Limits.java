package dev.limelight;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.method.Pass;
import dev.limelight.method.PassCounter;
import dev.limelight.model.Devices;
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

  /** Of each of several threads: what more layers give is no longer in the cache of its core. */
  private static final int MOST_OF_SEVERAL = 2;

  /** In place of the memory: the device decides. */
  static final long BY_DEVICE = 0;

  /** The most on a CPU, where larger batches were slower, and the least on a GPU. */
  private static final long USUAL = 512L << 20;

  /** One part of the memory is for copies; the rest is for weights, gradients and others. */
  private static final int PARTS = 8;

  /**
   * The limits of a network.
   *
   * @param memory in bytes, or {@link #BY_DEVICE}
   * @param device that computes it
   * @param progress receives the number of passes of each batch
   * @param concurrency how many threads may explain at once
   */
  static Limits of(long memory, Device device, LongConsumer progress, int concurrency) {
    long bytes = memory == BY_DEVICE ? usual(device, Devices.memory(device)) : memory;
    boolean several = concurrency > 1 && progress != NOBODY;
    return new Limits(bytes, several ? oneAtATime(progress) : progress, concurrency);
  }

  private static LongConsumer oneAtATime(LongConsumer progress) {
    return passes -> {
      synchronized (progress) {
        progress.accept(passes);
      }
    };
  }

  /**
   * The memory for copies where nobody has set it. A GPU takes about as long for a batch as for one
   * picture, so that small batches waste it. On a CPU a small machine or container has less: MXNet
   * needs several times as much, as it keeps what it has had for each size of a batch.
   *
   * @param device that computes
   * @param bytes of its memory, or of the machine's or container's for a CPU
   */
  static long usual(Device device, long bytes) {
    return device.isGpu() ? Math.max(USUAL, bytes / PARTS) : Math.min(USUAL, bytes / PARTS);
  }

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
    long most = memory / concurrency / Math.max(1, bytes);
    return (int) Math.max(1, Math.min(concurrency > 1 ? MOST_OF_SEVERAL : MOST_PICTURES, most));
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
