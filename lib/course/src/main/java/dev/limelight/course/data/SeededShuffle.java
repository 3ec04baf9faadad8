package dev.limelight.course.data;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;
import dev.limelight.array.FisherYates;
import dev.limelight.scene.Seeds;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Visits the items in an order that a seed decides, another one in each epoch; DJL's own random
 * sampler takes no seed.
 */
public final class SeededShuffle implements Sampler.SubSampler {

  private final long seed;
  private final AtomicLong epoch = new AtomicLong();

  /** A sampler that starts with the order of the first epoch. */
  public SeededShuffle(long seed) {
    this.seed = seed;
  }

  @Override
  public Iterator<Long> sample(RandomAccessDataset dataset) {
    long[] order = LongStream.range(0, dataset.size()).toArray();
    FisherYates.shuffle(
        order.length,
        Seeds.of(seed, epoch.getAndIncrement()),
        (one, other) -> {
          long swapped = order[one];
          order[one] = order[other];
          order[other] = swapped;
        });
    return IntStream.range(0, order.length).mapToObj(i -> order[i]).iterator();
  }
}
