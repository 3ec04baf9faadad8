package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;

/** Steps that readers share. All of them are differentiated by every engine. */
public final class Decoding {

  /** By how much a probability may miss its limits by rounding. */
  private static final float TOLERANCE = 1e-3f;

  /** Boxes that are shares of the picture seldom reach further beyond it, in widths. */
  private static final float FARTHEST = 4;

  /** Networks that are hardly trained give a few boxes that end before they begin. */
  private static final double MOST_NEGATIVE = 0.05;

  private Decoding() {}

  /**
   * An array of numbers that is multiplied with others of three dimensions.
   *
   * @return (1, 1, values)
   */
  public static NDArray constant(NDArray like, float... values) {
    return NativeArrays.of(like.getManager(), values, new Shape(1, 1, values.length));
  }

  /** The columns from one to another, of (N, M, C). */
  public static NDArray columns(NDArray table, long from, long to) {
    return table.get(":, :, " + from + ":" + to);
  }

  /**
   * Left, top, right and bottom of boxes that are given by centre, width and height.
   *
   * @param boxes (N, M, 4)
   */
  public static NDArray corners(NDArray boxes) {
    NDArray centre = columns(boxes, 0, 2);
    NDArray half = columns(boxes, 2, 4).mul(constant(boxes, 0.5f, 0.5f));
    return NDArrays.concat(new NDList(centre.sub(half), centre.add(half)), 2);
  }

  /** The sigmoid, by a formula that no logit makes infinite. */
  public static NDArray sigmoid(NDArray logits) {
    NDArray half = constant(logits, 0.5f);
    return logits.mul(half).tanh().mul(half).add(half);
  }

  /** Whether all values are probabilities; not known of none. */
  public static boolean areProbabilities(float[] values) {
    for (float value : values) {
      if (!(value >= -TOLERANCE && value <= 1 + TOLERANCE)) {
        return false;
      }
    }
    return values.length > 0;
  }

  /** Whether numbers of boxes are shares of the picture's sides, and not pixels. */
  public static boolean areShares(float[] values) {
    for (float value : values) {
      if (!(Math.abs(value) <= FARTHEST)) {
        return false;
      }
    }
    return values.length > 0;
  }

  /**
   * Whether many of some lengths are below 0: they are of no boxes, or of such that were not
   * decoded.
   */
  public static boolean areNegative(float[] lengths) {
    int below = 0;
    for (float length : lengths) {
      below += length < 0 ? 1 : 0;
    }
    return below > MOST_NEGATIVE * lengths.length;
  }

  /** Boxes in pixels of the input, where they are given as shares of its sides. */
  public static NDArray inPixels(NDArray boxes, OutputShapes outputs) {
    float width = outputs.width();
    float height = outputs.height();
    return boxes.mul(constant(boxes, width, height, width, height));
  }

  /** Some columns of a table, row by row. */
  public static float[] columns(float[] table, int width, int from, int to) {
    int rows = table.length / Math.max(1, width);
    float[] some = new float[rows * (to - from)];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(table, i * width + from, some, i * (to - from), to - from);
    }
    return some;
  }
}
