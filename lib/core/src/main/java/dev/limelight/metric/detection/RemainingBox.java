package dev.limelight.metric.detection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.PlainArray;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.output.Candidates;
import dev.limelight.output.Reading;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a detection in a changed picture: for its class {@code max_j IoU(d, d_j) s_j}
 * over the candidates, with their confidences s. It is not differentiable.
 *
 * @param wanted the detection in the unchanged picture, in pixels of the input
 * @param reading what the outputs mean, or null until the network is known
 */
record RemainingBox(Detection wanted, @Nullable Reading reading) implements Target {

  @Override
  public NDArray score(NDArray output) {
    return prediction(output).in(output.getManager()).get(":, " + wanted.classIndex());
  }

  /** The same of each class, (N, K). */
  @Override
  public PlainArray prediction(NDArray output) {
    if (reading == null) {
      throw new UnsupportedException(
          "a box needs a network whose outputs are read as boxes; choose a reader by optReader");
    }
    Candidates candidates = reading.candidates(output.stopGradient());
    float[] corners = candidates.boxes().toFloatArray();
    float[] scores = candidates.confidences().toFloatArray();
    int n = (int) output.getShape().get(0);
    int m = candidates.count();
    int k = candidates.classes();
    // A list of what was found has no more classes than it names.
    int width = Math.max(k, wanted.classIndex() + 1);
    float[] left = new float[n * width];
    for (int row = 0; row < n * m; row++) {
      double overlap = wanted.box().intersectionOverUnion(box(corners, 4 * row));
      for (int c = 0; c < k; c++) {
        int at = row / m * width + c;
        left[at] = Math.max(left[at], (float) overlap * scores[row * k + c]);
      }
    }
    return new PlainArray(new Shape(n, width), left);
  }

  private static Box box(float[] corners, int at) {
    return new Box(corners[at], corners[at + 1], corners[at + 2], corners[at + 3]);
  }

  @Override
  public int[] classes(NDArray output) {
    int[] all = new int[(int) output.getShape().get(0)];
    Arrays.fill(all, wanted.classIndex());
    return all;
  }

  @Override
  public Target of(int picture, NDArray output) {
    return this;
  }

  @Override
  public Target reading(Reading known) {
    return new RemainingBox(wanted, known);
  }

  @Override
  public boolean ofClasses() {
    return false;
  }

  @Override
  public boolean ofPlace() {
    return true;
  }

  @Override
  public String unit() {
    return "score";
  }

  @Override
  public String toString() {
    return "what is left of " + wanted.box();
  }
}
