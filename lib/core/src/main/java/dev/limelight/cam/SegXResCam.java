package dev.limelight.cam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Seg-XRes-CAM: {@code sum_k P(g_k) A_k}, location by location, where P gives all locations of a
 * window the largest gradient in it. The target is a class within a region of a segmentation
 * ({@code Target.inside}), and the paper's map the positive part. With windows of one location it
 * is HiResCAM, with the mean over all locations it would be Seg-Grad-CAM ({@code grad-cam} of the
 * same target).
 *
 * <p>Not for a score of the whole picture, where HiResCAM is exact.
 *
 * @param window its width and height in cells of the layer; windows at the right and lower edge are
 *     cut off
 * @see <a
 *     href="https://openaccess.thecvf.com/content/CVPR2023W/XAI4CV/html/Hasany_Seg-XRes-CAM_Explaining_Spatially_Local_Regions_in_Image_Segmentation_CVPRW_2023_paper.html">Hasany
 *     et al. 2023, Seg-XRes-CAM: Explaining Spatially Local Regions in Image Segmentation</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record SegXResCam(int window) implements Method {

  /** With windows of 2 by 2 cells. */
  public SegXResCam() {
    this(2);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if a window has no cell
   */
  public SegXResCam {
    if (window < 1) {
      throw new IllegalArgumentException(
          "seg-xres-cam pools windows of one cell or more, but got " + window + "; 2 is usual");
    }
  }

  @Override
  public NDArray parts(Evidence evidence) {
    NDArray gradients = evidence.gradients();
    Shape shape = gradients.getShape();
    float[] pooled = pooled(gradients.toFloatArray(), (int) shape.get(2), (int) shape.get(3));
    return NativeArrays.of(gradients.getManager(), pooled, shape).mul(evidence.activations());
  }

  /** The largest value of each window, at all its locations; of any number of planes. */
  private float[] pooled(float[] values, int height, int width) {
    float[] pooled = new float[values.length];
    for (int row = 0; row < values.length / width; row += rows(row, height)) {
      for (int left = 0; left < width; left += window) {
        pool(values, pooled, row, rows(row, height), left, width);
      }
    }
    return pooled;
  }

  /** How many rows the window that begins there has, within its plane. */
  private int rows(int row, int height) {
    return Math.min(window, height - row % height);
  }

  private void pool(float[] values, float[] pooled, int top, int rows, int left, int width) {
    int right = Math.min(width, left + window);
    float largest = Float.NEGATIVE_INFINITY;
    for (int y = top; y < top + rows; y++) {
      for (int x = left; x < right; x++) {
        largest = Math.max(largest, values[y * width + x]);
      }
    }
    for (int y = top; y < top + rows; y++) {
      for (int x = left; x < right; x++) {
        pooled[y * width + x] = largest;
      }
    }
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam("seg-xres-cam")
        .withSummary(
            "HiResCAM with the gradient pooled in small windows: where a region of a segmentation comes from.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Hasany et al., CVPR Workshops 2023")
        .withLink(
            "https://openaccess.thecvf.com/content/CVPR2023W/XAI4CV/html/Hasany_Seg-XRes-CAM_Explaining_Spatially_Local_Regions_in_Image_Segmentation_CVPRW_2023_paper.html");
  }
}
