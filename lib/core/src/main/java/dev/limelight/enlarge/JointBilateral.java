package dev.limelight.enlarge;

import dev.limelight.cam.GradCam;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Joint bilateral upsampling: {@code M(p) = sum_q L(q) w(p, q) / sum_q w(p, q)} with {@code w =
 * exp(-|p - q|^2 / 2 s^2) exp(-|I(p) - I(q)|^2 / 2 r^2)}. L is the map of another method, q goes
 * over its cells near the pixel p, the first distance is in cells, and I is the preprocessed
 * picture, scaled to [0, 1], at p and at the centre of q. M is divided by its largest absolute
 * value.
 *
 * <p>A pixel gets what cells of its colour have. So edges are those of the picture, and the network
 * may know nothing of them. Not where values are to be compared: they are relative.
 *
 * @param inner whose map it is, any method
 * @param spatial s, in cells of the map
 * @param range r, as a share of the picture's range of values
 * @see <a href="https://doi.org/10.1145/1276377.1276497">Kopf et al. 2007, Joint Bilateral
 *     Upsampling</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record JointBilateral(Method inner, double spatial, double range) implements Enlarged {

  private static final String NAME = "joint-bilateral";

  /** Beyond so many deviations a weight is next to nothing. */
  private static final int REACH = 3;

  private static final double MOST = 5;

  /** Of Grad-CAM, as the paper: half a cell, and a tenth of the range. */
  public JointBilateral() {
    this(new GradCam(), 0.5, 0.1);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException without a method, or with a deviation out of range
   */
  public JointBilateral {
    Enlarged.check(NAME, inner);
    if (!(spatial > 0 && spatial <= MOST) || !(range > 0 && Double.isFinite(range))) {
      throw new IllegalArgumentException(
          NAME
              + " needs a spatial deviation above 0 and up to 5 cells and a range above 0, but got "
              + spatial
              + " and "
              + range
              + "; 0.5 and 0.1 are usual");
    }
  }

  @Override
  public float[] enlarge(float[] map, int width, int height, Guide guide) {
    Axis x = new Axis(width, guide.width());
    Axis y = new Axis(height, guide.height());
    float[] cells = colours(guide, x, y);
    int reach = (int) Math.ceil(REACH * spatial);
    double[] exponents = new double[(2 * reach + 1) * (2 * reach + 1)];
    float[] values = new float[exponents.length];
    float[] enlarged = new float[guide.pixels()];
    float[] own = new float[guide.channels()];
    double near = 1 / (2 * spatial * spatial);
    double alike = 1 / (2 * range * range);
    for (int row = 0; row < guide.height(); row++) {
      for (int column = 0; column < guide.width(); column++) {
        int pixel = row * guide.width() + column;
        for (int c = 0; c < own.length; c++) {
          own[c] = guide.values()[c * guide.pixels() + pixel];
        }
        int count = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int v = y.from(row, reach); v <= y.to(row, reach); v++) {
          double dy = y.place(row) - v;
          for (int u = x.from(column, reach); u <= x.to(column, reach); u++) {
            double dx = x.place(column) - u;
            int cell = v * width + u;
            double colour = 0;
            for (int c = 0; c < own.length; c++) {
              double difference = own[c] - cells[cell * own.length + c];
              colour += difference * difference;
            }
            double exponent = -(dx * dx + dy * dy) * near - colour * alike;
            exponents[count] = exponent;
            values[count++] = map[cell];
            most = Math.max(most, exponent);
          }
        }
        enlarged[pixel] = mean(values, exponents, count, most);
      }
    }
    return enlarged;
  }

  /** Weighted; the largest weight is 1, so that they cannot all vanish. */
  private static float mean(float[] values, double[] exponents, int count, double most) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < count; i++) {
      double weight = Math.exp(exponents[i] - most);
      sum += weight * values[i];
      weights += weight;
    }
    return (float) (sum / weights);
  }

  /** The picture at the centres of the cells, cell by cell. */
  private static float[] colours(Guide guide, Axis x, Axis y) {
    int channels = guide.channels();
    float[] colours = new float[x.cells * y.cells * channels];
    for (int c = 0; c < channels; c++) {
      float[] plane = guide.channel(c);
      for (int v = 0; v < y.cells; v++) {
        for (int u = 0; u < x.cells; u++) {
          colours[(v * x.cells + u) * channels + c] =
              (float) at(plane, guide, x.centre(u), y.centre(v));
        }
      }
    }
    return colours;
  }

  /** Between pixels, bilinear. */
  private static double at(float[] plane, Guide guide, double x, double y) {
    int left = (int) x;
    int top = (int) y;
    int right = Math.min(left + 1, guide.width() - 1);
    int bottom = Math.min(top + 1, guide.height() - 1);
    double above = plane[top * guide.width() + left] * (1 - (x - left));
    above += plane[top * guide.width() + right] * (x - left);
    double below = plane[bottom * guide.width() + left] * (1 - (x - left));
    below += plane[bottom * guide.width() + right] * (x - left);
    return above * (1 - (y - top)) + below * (y - top);
  }

  /**
   * Cells and pixels along one side; both have their places in their middles.
   *
   * @param cells of the map
   * @param pixels of the picture
   */
  private record Axis(int cells, int pixels) {

    /** Where a pixel lies, in cells. */
    double place(int pixel) {
      return (pixel + 0.5) * cells / pixels - 0.5;
    }

    /** Where a cell's centre lies, in pixels. */
    double centre(int cell) {
      return Math.max(0, Math.min(pixels - 1, (cell + 0.5) * pixels / cells - 0.5));
    }

    int from(int pixel, int reach) {
      return Math.max(0, nearest(pixel) - reach);
    }

    int to(int pixel, int reach) {
      return Math.min(cells - 1, nearest(pixel) + reach);
    }

    private int nearest(int pixel) {
      return (int) Math.round(place(pixel));
    }
  }

  @Override
  public Method resolved(Evidence evidence) {
    return new JointBilateral(inner.resolved(evidence), spatial, range);
  }

  @Override
  public Work work(Conditions at) {
    return Enlarged.work("joint bilateral upsampling", inner, at);
  }

  @Override
  public MethodInfo info() {
    return Enlarged.info(
            NAME, inner, "Another method's map, enlarged between pixels of like colour.")
        .withPaper("Kopf et al., SIGGRAPH 2007")
        .withLink("https://doi.org/10.1145/1276377.1276497");
  }
}
