package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import dev.limelight.course.data.SeededShuffle;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import dev.limelight.support.Count;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;

/**
 * What a frozen base gives for every picture, computed once, so that a head can be trained on it in
 * seconds.
 */
public final class CachedFeatures {

  /**
   * How many pictures go through a network at once. Few, because the output of every layer is kept
   * until a batch is done: that of one photo takes tens of megabytes, and more at once are no
   * faster.
   */
  static final int BATCH = 4;

  private CachedFeatures() {}

  /**
   * Runs the frozen part of a model over a data set.
   *
   * @param model the model; it is not changed
   * @param layer the end of the frozen part
   * @param data pictures and labels
   * @param batchSize of the result
   * @param seed of the order of the result's batches
   * @return what the layer gives, mostly (C, h, w), and the same labels, as long as the model is
   *     open
   * @throws IOException if the data cannot be read
   */
  public static ArrayDataset of(
      Model model, LayerPath layer, RandomAccessDataset data, int batchSize, long seed)
      throws IOException {
    return of(model, layer, data, batchSize, seed, () -> {});
  }

  /**
   * The same, with progress.
   *
   * @param each is run after every picture, such as a step of a progress bar
   */
  public static ArrayDataset of(
      Model model,
      LayerPath layer,
      RandomAccessDataset data,
      int batchSize,
      long seed,
      Runnable each)
      throws IOException {
    return of(model, layer, UnaryOperator.identity(), data, batchSize, seed, each);
  }

  /**
   * The same with what is kept of a batch of the layer's output, (N, C, h, w), such as its means.
   */
  static ArrayDataset of(
      Model model,
      LayerPath layer,
      UnaryOperator<NDArray> kept,
      RandomAccessDataset data,
      int batchSize,
      long seed,
      Runnable each)
      throws IOException {
    int n = (int) data.size();
    NDArray features = null;
    NDList labels = new NDList();
    NDManager manager = model.getNDManager();
    try (SplitModel split = SplitModel.of(model, layer);
        NDManager collected = manager.newSubManager()) {
      for (int from = 0; from < n; from += BATCH) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException(
              "interrupted after " + from + " of " + Count.of(n, "picture"));
        }
        int to = Math.min(from + BATCH, n);
        try (NDManager scope = manager.newSubManager()) {
          NDList pictures = new NDList();
          for (int i = from; i < to; i++) {
            Record record = data.get(scope, i);
            pictures.add(record.getData().head());
            NDArray label = record.getLabels().head();
            label.attach(collected);
            labels.add(label);
          }
          NDArray batch = kept.apply(split.features(NDArrays.stack(pictures)).activations());
          if (features == null) {
            // Outside of Java's heap: 4,000 pictures may take hundreds of megabytes.
            features = manager.zeros(new Shape(n).addAll(batch.getShape().slice(1)));
          }
          features.set(new NDIndex(from + ":" + to), batch);
        }
        for (int i = from; i < to; i++) {
          each.run();
        }
      }
      NDArray targets = NDArrays.stack(labels);
      targets.attach(manager);
      Sampler sampler = new BatchSampler(new SeededShuffle(seed), batchSize);
      return new ArrayDataset.Builder()
          .setData(features)
          .optLabels(targets)
          .setSampling(sampler)
          .build();
    }
  }
}
