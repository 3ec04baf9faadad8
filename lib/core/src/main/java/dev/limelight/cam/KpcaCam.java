package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.LargestEigenvalue;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * KPCA-CAM: Eigen-CAM with a kernel. {@code a_i} are the channels' activations at location i, their
 * mean over the locations removed, and {@code K_ij} is the kernel of {@code a_i} and {@code a_j},
 * centred in both directions. The map is {@code sqrt(l) u}, with l the largest eigenvalue of K and
 * u its eigenvector. The kernels are
 *
 * <ul>
 *   <li>sigmoid, {@code tanh(gamma <a_i, a_j> + 1)}
 *   <li>rbf, {@code exp(-gamma ||a_i - a_j||^2)}
 *   <li>poly, {@code (gamma <a_i, a_j> + 1)^3}
 *   <li>linear, {@code <a_i, a_j>}, whose map is that of eigen-cam
 * </ul>
 *
 * <p>It knows no class and needs no gradients. An eigenvector has no sign; it gets the one that
 * agrees with the sum of the channels, so that what is strongly active is positive.
 *
 * <p>Not to distinguish classes: it gives all of them the same map. Not where the unit of the
 * activations must not count: all kernels but the linear one have a scale, which gamma gives.
 *
 * @param kernel sigmoid, rbf, poly or linear
 * @param gamma the scale of the kernel, or 0 for one over the number of channels
 * @see <a href="https://arxiv.org/abs/2410.00267">Karmani et al. 2024, KPCA-CAM</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record KpcaCam(String kernel, double gamma) implements Method {

  private static final List<String> KERNELS = List.of("sigmoid", "rbf", "poly", "linear");

  /** The kernel's matrix takes 128 MB there. */
  private static final int MOST_LOCATIONS = 4096;

  /** Relative to the trace; below it is rounding. */
  private static final double LEAST = 1e-12;

  /** The sigmoid kernel with a scale of one over the number of channels. */
  public KpcaCam() {
    this(KERNELS.get(0), 0);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no such kernel, or gamma is negative
   */
  public KpcaCam {
    kernel = kernel.strip().toLowerCase(Locale.ROOT);
    if (!KERNELS.contains(kernel)) {
      throw new IllegalArgumentException(
          "the kernel of kpca-cam is one of "
              + String.join(", ", KERNELS)
              + ", but got '"
              + kernel
              + "'");
    }
    if (!(gamma >= 0 && Double.isFinite(gamma))) {
      throw new IllegalArgumentException(
          "the gamma of kpca-cam is above 0, or 0 for one over the number of channels, but got "
              + gamma);
    }
  }

  /** One (N, 1, h, w). */
  @Override
  public NDArray parts(Evidence evidence) {
    NDArray activations = evidence.activations();
    Shape shape = activations.getShape();
    int channels = (int) shape.get(1);
    int locations = (int) shape.slice(2).size();
    check(locations);
    float[] values = activations.toFloatArray();
    float[] maps = new float[evidence.size() * locations];
    for (int i = 0; i < evidence.size(); i++) {
      double[][] points = new double[locations][channels];
      double[] sums = new double[locations];
      for (int k = 0; k < channels; k++) {
        for (int q = 0; q < locations; q++) {
          points[q][k] = values[(i * channels + k) * locations + q];
          sums[q] += points[q][k];
        }
      }
      double[] map = map(points, sums);
      for (int q = 0; q < locations; q++) {
        maps[i * locations + q] = (float) map[q];
      }
    }
    return NativeArrays.of(
        activations.getManager(), maps, new Shape(shape.get(0), 1, shape.get(2), shape.get(3)));
  }

  private double[] map(double[][] points, double[] sums) {
    removeMean(points);
    double[][] matrix = new double[points.length][points.length];
    double trace = 0;
    for (int i = 0; i < points.length; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = kernel(points[i], points[j]);
        matrix[j][i] = matrix[i][j];
      }
      trace += Math.abs(matrix[i][i]);
    }
    removeMean(matrix);
    for (double[] row : matrix) {
      removeMean(row);
    }
    LargestEigenvalue first = LargestEigenvalue.of(matrix);
    double[] map = new double[points.length];
    if (first.value() <= LEAST * trace) {
      return map;
    }
    removeMean(sums);
    double agreement = 0;
    for (int q = 0; q < map.length; q++) {
      agreement += first.vector()[q] * sums[q];
    }
    double factor = Math.sqrt(first.value()) * (agreement < 0 ? -1 : 1);
    for (int q = 0; q < map.length; q++) {
      map[q] = factor * first.vector()[q];
    }
    return map;
  }

  /** Of the rows. */
  private static void removeMean(double[][] rows) {
    for (int k = 0; k < rows[0].length; k++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[k];
      }
      for (double[] row : rows) {
        row[k] -= sum / rows.length;
      }
    }
  }

  private static void removeMean(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value;
    }
    for (int k = 0; k < row.length; k++) {
      row[k] -= sum / row.length;
    }
  }

  private double kernel(double[] a, double[] b) {
    double scale = gamma == 0 ? 1.0 / a.length : gamma;
    double product = 0;
    double distance = 0;
    for (int k = 0; k < a.length; k++) {
      product += a[k] * b[k];
      distance += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return switch (kernel) {
      case "sigmoid" -> Math.tanh(scale * product + 1);
      case "rbf" -> Math.exp(-scale * distance);
      case "poly" -> Math.pow(scale * product + 1, 3);
      default -> product;
    };
  }

  private static void check(int locations) {
    if (locations > MOST_LOCATIONS) {
      throw new UnsupportedException(
          "kpca-cam compares each location of the layer with each other one, "
              + MOST_LOCATIONS
              + " at most, and here are "
              + locations
              + "; choose a later layer, or eigen-cam");
    }
  }

  @Override
  public Work work(Conditions at) {
    check(at.locations());
    return Work.of("first component of the activations with a kernel");
  }

  /** None: it is a coordinate in the space of the kernel. */
  @Override
  public String unit(String score) {
    return "";
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("kpca-cam")
        .withSummary(
            "The first principal component of the activations with a kernel: Eigen-CAM with curved features.")
        .withoutClasses()
        .withCost("nothing")
        .withPaper("Karmani et al., 2024")
        .withLink("https://arxiv.org/abs/2410.00267");
  }
}
