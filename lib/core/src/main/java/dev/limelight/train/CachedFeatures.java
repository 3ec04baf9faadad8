package dev.limelight.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import dev.limelight.data.SeededShuffle;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/**
 * What a frozen base gives for every picture, computed once, so that a head can be trained on it in
 * seconds.
 */
public final class CachedFeatures {

  private static final int BATCH = 100;

  private CachedFeatures() {}

  /**
   * Runs the frozen part of a model over a data set.
   *
   * @param model the model; it is not changed
   * @param layer the end of the frozen part
   * @param data pictures and labels
   * @param batchSize of the result
   * @param seed of the order in which the result is seen
   * @return features (C, h, w) and the same labels, as long as the model is open
   * @throws IOException if the data cannot be read
   */
  public static ArrayDataset of(
      Model model, LayerPath layer, RandomAccessDataset data, int batchSize, long seed)
      throws IOException {
    int n = (int) data.size();
    float[] features = null;
    Shape shape = null;
    NDList labels = new NDList();
    NDManager manager = model.getNDManager();
    try (SplitModel split = SplitModel.of(model, layer);
        NDManager collected = manager.newSubManager()) {
      for (int from = 0; from < n; from += BATCH) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted after " + from + " of " + n + " pictures");
        }
        int count = Math.min(BATCH, n - from);
        try (NDManager scope = manager.newSubManager()) {
          NDList pictures = new NDList();
          for (int i = 0; i < count; i++) {
            Record record = data.get(scope, from + i);
            pictures.add(record.getData().head());
            NDArray label = record.getLabels().head();
            label.attach(collected);
            labels.add(label);
          }
          NDArray batch = split.features(NDArrays.stack(pictures)).activations();
          if (features == null) {
            shape = batch.getShape().slice(1);
            features = new float[Math.toIntExact(n * shape.size())];
          }
          float[] values = batch.toFloatArray();
          System.arraycopy(
              values, 0, features, Math.toIntExact(from * shape.size()), values.length);
        }
      }
      NDArray all = manager.create(features, new Shape(n).addAll(shape));
      NDArray targets = NDArrays.stack(labels);
      targets.attach(manager);
      Sampler sampler = new BatchSampler(new SeededShuffle(seed), batchSize);
      return new ArrayDataset.Builder()
          .setData(all)
          .optLabels(targets)
          .setSampling(sampler)
          .build();
    }
  }
}
