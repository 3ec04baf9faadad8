package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of a detector, M for each picture. Everything is differentiable where it is
 * decoded from a recorded array.
 *
 * @param boxes left, top, right and bottom in pixels of the input, (N, M, 4)
 * @param scores of the classes, (N, M, K)
 * @param objectness how likely there is an object at all, (N, M), or null where the classes say it
 */
public record Candidates(NDArray boxes, NDArray scores, @Nullable NDArray objectness) {

  /** The number of candidates of a picture, M. */
  public int count() {
    return (int) scores.getShape().get(1);
  }

  /** The number of classes, K. */
  public int classes() {
    return (int) scores.getShape().get(2);
  }

  /** The same numbers, cut off from any gradient. */
  public Candidates stopGradient() {
    return new Candidates(
        boxes.stopGradient(),
        scores.stopGradient(),
        objectness == null ? null : objectness.stopGradient());
  }

  /** The score of each class, times the objectness where there is one, (N, M, K). */
  public NDArray confidences() {
    return objectness == null ? scores : scores.mul(objectness.expandDims(2));
  }

  /**
   * What was found: each candidate with its best class, and the strongest of those that overlap.
   *
   * @return for each picture, the highest score first
   */
  public List<List<Detection>> detections(NonMaximumSuppression suppression) {
    return best().stream().map(suppression::of).toList();
  }

  /** Each candidate with its best class, in their order, for each picture. */
  public List<List<Detection>> best() {
    return best(confidences().toFloatArray());
  }

  /**
   * The same.
   *
   * @param values of {@link #confidences}
   */
  List<List<Detection>> best(float[] values) {
    float[] corners = boxes.toFloatArray();
    int m = count();
    int k = classes();
    int n = (int) scores.getShape().get(0);
    List<List<Detection>> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<Detection> ofPicture = new ArrayList<>();
      for (int j = 0; j < m; j++) {
        int at = (i * m + j) * k;
        int best = 0;
        for (int c = 1; c < k; c++) {
          best = values[at + c] > values[at + best] ? c : best;
        }
        ofPicture.add(new Detection(best, values[at + best], box(corners, (i * m + j) * 4), j));
      }
      all.add(ofPicture);
    }
    return all;
  }

  private static Box box(float[] corners, int at) {
    return new Box(corners[at], corners[at + 1], corners[at + 2], corners[at + 3]);
  }
}
