package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The checkerboard in the gradient at a layer before a stride of 2: the windows after it overlap
 * more at some cells than at their neighbours, and maps that multiply cell by cell show that.
 */
@API(status = Status.INTERNAL)
public final class Checkerboard {

  /** The name of the note. */
  public static final String NOTE =
      "checkerboard: share of blocks of 2 x 2 cells whose same cell is a maximum of the gradient";

  /** By chance it is about a fifth, and 0 where the gradient is smooth. */
  private static final double NOTABLE = 0.5;

  /** In fewer, chance reaches that too. */
  private static final int FEWEST_BLOCKS = 16;

  private static final float LARGER = 1.01f;

  private Checkerboard() {}

  /**
   * Notes the share for each picture, if it is notable in one of them.
   *
   * @param gradients those at the layer, (N, C, h, w)
   */
  public static void note(Evidence evidence, NDArray gradients) {
    NDArray sizes = gradients.abs().sum(new int[] {1});
    Shape shape = sizes.getShape();
    int height = (int) shape.get(1);
    int width = (int) shape.get(2);
    if (height / 2 * (width / 2) < FEWEST_BLOCKS) {
      return;
    }
    float[] all = sizes.toFloatArray();
    double[] shares = new double[(int) shape.get(0)];
    boolean notable = false;
    for (int i = 0; i < shares.length; i++) {
      int from = i * height * width;
      shares[i] = share(Arrays.copyOfRange(all, from, from + height * width), width, height);
      notable |= shares[i] >= NOTABLE;
    }
    if (notable) {
      evidence.note(NOTE, shares);
    }
  }

  private static double share(float[] sizes, int width, int height) {
    int[] maxima = new int[4];
    for (int y = 0; y < height / 2 * 2; y++) {
      for (int x = 0; x < width / 2 * 2; x++) {
        if (isMaximum(sizes, width, height, x, y)) {
          maxima[y % 2 * 2 + x % 2]++;
        }
      }
    }
    int most = Arrays.stream(maxima).max().orElseThrow();
    return (double) most / (height / 2 * (width / 2));
  }

  /** Whether a cell is clearly above the four at its sides. */
  private static boolean isMaximum(float[] sizes, int width, int height, int x, int y) {
    int at = y * width + x;
    float largest = 0;
    largest = x > 0 ? Math.max(largest, sizes[at - 1]) : largest;
    largest = x + 1 < width ? Math.max(largest, sizes[at + 1]) : largest;
    largest = y > 0 ? Math.max(largest, sizes[at - width]) : largest;
    largest = y + 1 < height ? Math.max(largest, sizes[at + width]) : largest;
    return sizes[at] > LARGER * largest;
  }
}
