package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.RandomAccessDataset;
import dev.limelight.support.Count;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** What a classifier says of every picture of a data set, in the data set's order. */
public final class Predictions {

  private final float[][] logits;
  private final int[] labels;

  private Predictions(float[][] logits, int[] labels) {
    this.logits = logits;
    this.labels = labels;
  }

  /**
   * Runs the model over the data, in inference mode.
   *
   * @throws IOException if the data cannot be read
   */
  public static Predictions of(Model model, RandomAccessDataset data) throws IOException {
    int n = (int) data.size();
    float[][] logits = new float[n][];
    int[] labels = new int[n];
    for (int from = 0; from < n; from += CachedFeatures.BATCH) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after " + from + " of " + Count.of(n, "picture"));
      }
      int count = Math.min(CachedFeatures.BATCH, n - from);
      try (NDManager scope = model.getNDManager().newSubManager()) {
        NDList pictures = new NDList();
        for (int i = 0; i < count; i++) {
          var record = data.get(scope, from + i);
          pictures.add(record.getData().head());
          labels[from + i] =
              (int) record.getLabels().head().toType(DataType.FLOAT32, false).toFloatArray()[0];
        }
        NDArray output =
            model
                .getBlock()
                .forward(
                    new ParameterStore(scope, false),
                    new NDList(ai.djl.ndarray.NDArrays.stack(pictures)),
                    false)
                .head();
        int k = (int) (output.size() / count);
        float[] values = output.reshape(new Shape(count, k)).toFloatArray();
        for (int i = 0; i < count; i++) {
          logits[from + i] = Arrays.copyOfRange(values, i * k, (i + 1) * k);
        }
      }
    }
    return new Predictions(logits, labels);
  }

  /** How many pictures there are. */
  public int size() {
    return labels.length;
  }

  /** The logits of a picture, (K). */
  public float[] logits(int picture) {
    return logits[picture].clone();
  }

  /** The true class of a picture. */
  public int label(int picture) {
    return labels[picture];
  }

  /** The class that the model chooses: of one output by its sign, else the highest. */
  public int predicted(int picture) {
    float[] scores = logits[picture];
    if (scores.length == 1) {
      return scores[0] > 0 ? 1 : 0;
    }
    int top = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[top]) {
        top = i;
      }
    }
    return top;
  }

  /** The share of pictures that are right. */
  public double accuracy() {
    long right = IntStream.range(0, size()).filter(i -> predicted(i) == labels[i]).count();
    return (double) right / size();
  }

  /** How often each true class (row) was called each class (column). */
  public int[][] confusion() {
    int classes = Math.max(2, logits[0].length);
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < size(); i++) {
      counts[labels[i]][predicted(i)]++;
    }
    return counts;
  }

  /** The pictures that are wrong, the surest mistake first. */
  public List<Integer> mistakes() {
    return IntStream.range(0, size())
        .filter(i -> predicted(i) != labels[i])
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -margin(i)))
        .toList();
  }

  /** By how much the chosen class leads the true one, in logits. */
  private double margin(int picture) {
    float[] scores = logits[picture];
    return scores.length == 1
        ? Math.abs(scores[0])
        : scores[predicted(picture)] - scores[labels[picture]];
  }
}
