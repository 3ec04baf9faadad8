package dev.limelight.course.data;

import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.SequenceSampler;
import dev.limelight.scene.Seeds;

/**
 * What the builders of this package share: batches whose order a seed decides.
 *
 * @param <T> the builder itself
 */
abstract class SeededBuilder<T extends SeededBuilder<T>>
    extends RandomAccessDataset.BaseBuilder<T> {

  private long seed = Seeds.DEFAULT;
  private Runnable sampling = () -> {};

  /** The seed of all that is random; 20260101 by default. */
  public T optSeed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * How batches are put together; required before batches are asked for.
   *
   * @param batchSize the number of pictures in a batch; the last one may be smaller
   * @param shuffle whether each epoch has a different order, decided by the seed
   */
  @Override
  public T setSampling(int batchSize, boolean shuffle) {
    return setSampling(batchSize, shuffle, false);
  }

  @Override
  public T setSampling(int batchSize, boolean shuffle, boolean dropLast) {
    sampling =
        () ->
            sampler =
                new BatchSampler(
                    shuffle ? new SeededShuffle(seed) : new SequenceSampler(), batchSize, dropLast);
    return self();
  }

  final long seed() {
    return seed;
  }

  /** Makes the sampler, now that the seed is known. */
  final void ready() {
    sampling.run();
    if (sampler == null) {
      sampler = new BatchSampler(new SequenceSampler(), 1);
    }
  }
}
