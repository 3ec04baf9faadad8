package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.PlainArray;
import dev.limelight.method.BatchedGradients;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * ODAM: {@code sum_k Phi(g_k) A_k}, location by location, where Phi smooths the gradient {@code
 * g_k} of one detection's score by a Gaussian kernel, with zeros around the layer. The paper's map
 * is the positive part. Boxes of one image that are asked for together share its forward.
 *
 * <p>Not far before the head, where the smoothing is narrow beside the objects.
 *
 * @param deviation the kernel's standard deviation in cells of the layer; 0 leaves the gradient as
 *     it is, as the authors' code does
 * @see <a href="https://arxiv.org/abs/2304.06354">Zhao et al. 2024, Gradient-based
 *     Instance-Specific Visual Explanations for Object Specification and Object Discrimination</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Odam(double deviation) implements Method {

  /** The kernel is cut off after so many standard deviations. */
  private static final int REACH = 3;

  /** With a standard deviation of one cell. */
  public Odam() {
    this(1);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the deviation is negative
   */
  public Odam {
    if (!(deviation >= 0 && Double.isFinite(deviation))) {
      throw new IllegalArgumentException(
          "odam smooths by a standard deviation of 0 cells or more, but got "
              + deviation
              + "; 1 is usual, and 0 does not smooth");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    return smoothed(evidence.gradients()).mul(evidence.activations());
  }

  @Override
  public NDArray map(Evidence evidence) {
    return isAlone(evidence)
        ? Method.super.map(evidence)
        : numbers(evidence).in(evidence.activations().getManager());
  }

  /** Of several boxes only those cells are smoothed that have a gradient, which are few. */
  @Override
  public PlainArray numbers(Evidence evidence) {
    if (isAlone(evidence)) {
      return PlainArray.of(Method.super.map(evidence));
    }
    float[] own = evidence.together(this, this::maps);
    Shape shape = evidence.activations().getShape();
    return new PlainArray(new Shape(shape.get(0), shape.get(2), shape.get(3)), own);
  }

  /** Whether nothing is asked for together with this target. */
  private boolean isAlone(Evidence evidence) {
    return evidence.together(this, this::maps).length == 0;
  }

  /** For each target (N, h, w), or nothing if there is one alone. */
  private List<float[]> maps(List<Evidence> all) {
    if (all.size() == 1) {
      return List.of(new float[0]);
    }
    NDArray activations = all.get(0).activations();
    Shape shape = activations.getShape();
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    SmoothedProduct product =
        new SmoothedProduct(
            activations.toFloatArray(), (int) shape.get(1), kernel(height), kernel(width), reach());
    List<float[]> maps = new ArrayList<>();
    all.forEach(target -> maps.add(new float[(int) shape.get(0) * height * width]));
    BatchedGradients.each(
        all,
        (first, picture, gradients) -> {
          float[] values = gradients.toFloatArray();
          for (int k = 0; k < gradients.getShape().get(0); k++) {
            float[] one = product.map(values, k, picture);
            System.arraycopy(one, 0, maps.get(first + k), picture * one.length, one.length);
          }
        });
    return maps;
  }

  private NDArray smoothed(NDArray gradients) {
    if (deviation == 0) {
      return gradients;
    }
    Shape shape = gradients.getShape();
    NDArray planes = gradients.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3));
    float[][] rows = kernel((int) shape.get(2));
    float[][] columns = kernel((int) shape.get(3));
    return SeparableConvolution.apply(rows, planes, columns).reshape(shape);
  }

  /** The weights of one direction, (size, size). */
  private float[][] kernel(int size) {
    int reach = reach();
    double sum = 0;
    for (int step = -reach; step <= reach; step++) {
      sum += weight(step);
    }
    float[][] kernel = new float[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = Math.max(0, i - reach); j <= Math.min(size - 1, i + reach); j++) {
        kernel[i][j] = (float) (weight(i - j) / sum);
      }
    }
    return kernel;
  }

  /** How far a cell's gradient is spread. */
  private int reach() {
    return (int) Math.ceil(REACH * deviation);
  }

  private double weight(int step) {
    return step == 0 ? 1 : Math.exp(-step * step / (2 * deviation * deviation));
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("odam")
        .withSummary(
            "Smoothed gradient times activation at each location: where the score of one detection comes from.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Zhao et al., TPAMI 2024")
        .withLink("https://arxiv.org/abs/2304.06354");
  }
}
