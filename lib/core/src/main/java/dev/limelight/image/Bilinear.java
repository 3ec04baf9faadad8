package dev.limelight.image;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Bilinear resizing of a plane: half-pixel centres, clamped edges, no antialiasing. */
@API(status = Status.INTERNAL)
public final class Bilinear {

  private Bilinear() {}

  /**
   * Resizes a plane as OpenCV's {@code INTER_LINEAR} does: rows first, then columns, in float.
   *
   * @throws IllegalArgumentException if the new size is not positive
   */
  public static float[] resize(float[] plane, int width, int height, int newWidth, int newHeight) {
    if (newWidth < 1 || newHeight < 1) {
      throw new IllegalArgumentException(
          "the new size must be at least 1 x 1, not " + newWidth + " x " + newHeight);
    }
    if (newWidth == width && newHeight == height) {
      return plane.clone();
    }
    Axis x = new Axis(width, newWidth);
    Axis y = new Axis(height, newHeight);
    float[] wide = new float[Math.multiplyExact(newWidth, height)];
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < newWidth; i++) {
        wide[row * newWidth + i] = x.at(i, plane, row * width, 1);
      }
    }
    float[] result = new float[Math.multiplyExact(newWidth, newHeight)];
    for (int row = 0; row < newHeight; row++) {
      for (int i = 0; i < newWidth; i++) {
        result[row * newWidth + i] = y.at(row, wide, i, newWidth);
      }
    }
    return result;
  }

  /** For each new position, its two neighbours in the source and the weight of the second. */
  public static final class Axis {
    private final int[] first;
    private final int[] second;
    private final float[] share;

    /**
     * From one size to another.
     *
     * @param size of the source
     * @param newSize of what it becomes
     */
    public Axis(int size, int newSize) {
      first = new int[newSize];
      second = new int[newSize];
      share = new float[newSize];
      double scale = (double) size / newSize;
      for (int i = 0; i < newSize; i++) {
        float position = (float) ((i + 0.5) * scale - 0.5);
        int floor = (int) Math.floor(position);
        if (floor < 0) {
          continue; // the first value alone
        } else if (floor >= size - 1) {
          first[i] = size - 1;
          second[i] = size - 1;
        } else {
          first[i] = floor;
          second[i] = floor + 1;
          share[i] = position - floor;
        }
      }
    }

    /**
     * The value at a new position of a line of values.
     *
     * @param position the new one
     * @param values among which the line is
     * @param from where the line begins
     * @param step from one of its values to the next
     */
    public float at(int position, float[] values, int from, int step) {
      return values[from + step * first[position]] * (1 - share[position])
          + values[from + step * second[position]] * share[position];
    }
  }
}
