package dev.limelight.perturb;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.SharedCopies;
import dev.limelight.method.Work;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kohsuke.MetaInfServices;

/**
 * Occlusion: how much the score drops when a square window of the picture is covered, {@code y(x) -
 * y(x covered)}; a pixel has the mean of all windows that cover it, {@code sum_w m_w (y - y_w) /
 * sum_w m_w}, where {@code m_w} is 1 inside window w. Windows that reach over the lower or right
 * edge are cut off there.
 *
 * <p>Not for objects much larger than the window, nor for several of which one is enough.
 *
 * @param window its side in pixels, or 0 for an eighth of the picture's shorter side
 * @param stride how far it moves in pixels, at most its side; or 0 for half of it
 * @param baseline the value of a covered pixel in every channel of the preprocessed picture
 * @see <a href="https://arxiv.org/abs/1311.2901">Zeiler and Fergus 2014, Visualizing and
 *     Understanding Convolutional Networks</a>
 */
@MetaInfServices(Method.class)
public record Occlusion(int window, int stride, float baseline) implements Method {

  /** A window of an eighth of the picture's shorter side, moved by half of that, covering by 0. */
  public Occlusion() {
    this(0, 0, 0);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the windows leave gaps or the baseline is not finite
   */
  public Occlusion {
    if (window < 0 || stride < 0 || (window == 0 && stride > 0) || stride > window) {
      throw new IllegalArgumentException(
          "occlusion moves a window by at most its side, so that every pixel is covered, but got a"
              + " window of "
              + window
              + " with a stride of "
              + stride
              + "; give a stride from 1 to the window's side, or 0 for both");
    }
    if (!Float.isFinite(baseline)) {
      throw new IllegalArgumentException(
          "the baseline is a finite value of the preprocessed picture, but got "
              + baseline
              + "; 0 is usual");
    }
  }

  /** Where the windows are on a picture of some size. */
  private record Grid(int height, int width, int side, int step) {

    int rows() {
      return count(height);
    }

    int columns() {
      return count(width);
    }

    int size() {
      return rows() * columns();
    }

    private int count(int length) {
      return (Math.max(0, length - side) + step - 1) / step + 1;
    }

    int top(int number) {
      return number / columns() * step;
    }

    int left(int number) {
      return number % columns() * step;
    }

    int bottom(int number) {
      return Math.min(height, top(number) + side);
    }

    int right(int number) {
      return Math.min(width, left(number) + side);
    }
  }

  private Grid grid(Shape pictures) {
    int height = (int) pictures.get(2);
    int width = (int) pictures.get(3);
    int side = window > 0 ? window : Math.max(1, Math.min(height, width) / 8);
    return new Grid(height, width, side, stride > 0 ? stride : Math.max(1, side / 2));
  }

  /** One channel for all, signed, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    Shape shape = evidence.input().getShape();
    Grid grid = grid(shape);
    int pixels = grid.height * grid.width;
    float[] all = new float[evidence.size() * pixels];
    float[] whole = evidence.scores().toFloatArray();
    for (int i = 0; i < evidence.size(); i++) {
      NDArray single = evidence.input().get(i + ":" + (i + 1));
      List<Integer> windows = IntStream.range(0, grid.size()).boxed().toList();
      float[] scores = evidence.shared(i, this).scores(windows, covered(single, grid));
      float[] map = averaged(grid, whole[i], scores);
      System.arraycopy(map, 0, all, i * pixels, pixels);
    }
    Shape one = new Shape(evidence.size(), 1, grid.height, grid.width);
    return NativeArrays.of(evidence.input().getManager(), all, one);
  }

  private SharedCopies.Maker<Integer> covered(NDArray single, Grid grid) {
    return (some, scope) -> {
      float[] visible = new float[some.size() * grid.height * grid.width];
      float[] hidden = new float[visible.length];
      Arrays.fill(visible, 1);
      for (int k = 0; k < some.size(); k++) {
        int number = some.get(k);
        for (int y = grid.top(number); y < grid.bottom(number); y++) {
          int row = (k * grid.height + y) * grid.width;
          Arrays.fill(visible, row + grid.left(number), row + grid.right(number), 0);
          Arrays.fill(hidden, row + grid.left(number), row + grid.right(number), baseline);
        }
      }
      Shape masks = new Shape(some.size(), 1, grid.height, grid.width);
      return NativeArrays.of(scope, visible, masks)
          .mul(single)
          .add(NativeArrays.of(scope, hidden, masks));
    };
  }

  private static float[] averaged(Grid grid, float whole, float[] scores) {
    double[] sums = new double[grid.height * grid.width];
    int[] counts = new int[sums.length];
    for (int number = 0; number < scores.length; number++) {
      for (int y = grid.top(number); y < grid.bottom(number); y++) {
        for (int x = grid.left(number); x < grid.right(number); x++) {
          sums[y * grid.width + x] += (double) whole - scores[number];
          counts[y * grid.width + x]++;
        }
      }
    }
    float[] map = new float[sums.length];
    for (int i = 0; i < map.length; i++) {
      map[i] = (float) (sums[i] / counts[i]);
    }
    return map;
  }

  @Override
  public Work work(Conditions at) {
    return Work.of("score drop at each window").withForwards(grid(at.input()).size());
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.perturbation("occlusion")
        .withSummary(
            "How far the score falls when a window covers the picture here: easy to explain, and slow.")
        .withCost("one forward a window")
        .withPaper("Zeiler and Fergus, ECCV 2014")
        .withLink("https://arxiv.org/abs/1311.2901");
  }
}
