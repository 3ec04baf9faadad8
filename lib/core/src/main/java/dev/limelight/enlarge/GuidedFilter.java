package dev.limelight.enlarge;

import dev.limelight.cam.GradCam;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * The guided filter: {@code M(p) = mean a . I(p) + mean b}, where {@code a = (cov(I) + eps 1)^-1
 * cov(I, L)} and {@code b = mean L - a . mean I} are the linear fit of L to the picture in each
 * square window, and the means of a and b go over the windows that hold p. L is the map of another
 * method, enlarged to the input's size (bilinear), and I the preprocessed picture, scaled to [0,
 * 1], with all its channels. M is kept to the range of L and divided by its largest absolute value.
 * The time is linear in the pixels, whatever the window.
 *
 * <p>The map is as sharp as the picture where a step of the map and one of the picture lie in one
 * window. So edges are those of the picture, and the network may know nothing of them. Not where
 * values are to be compared: they are relative.
 *
 * @param inner whose map it is, any method
 * @param radius of a window without its middle, as a share of the picture's shorter side
 * @param eps the variance of the picture below which a window counts as flat, on [0, 1]
 * @see <a href="https://doi.org/10.1109/TPAMI.2012.213">He et al. 2013, Guided Image Filtering</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record GuidedFilter(Method inner, double radius, double eps) implements Enlarged {

  private static final String NAME = "guided-filter";

  /** Of Grad-CAM. */
  public GuidedFilter() {
    this(new GradCam(), 0.07, 1e-3);
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException without a method, or with a number out of range
   */
  public GuidedFilter {
    Enlarged.check(NAME, inner);
    if (!(radius > 0 && radius <= 1) || !(eps > 0 && Double.isFinite(eps))) {
      throw new IllegalArgumentException(
          NAME
              + " needs a radius above 0 and up to 1, a share of the picture's side, and an eps"
              + " above 0, but got "
              + radius
              + " and "
              + eps
              + "; 0.07 and 0.001 are usual");
    }
  }

  @Override
  public float[] enlarge(float[] map, int width, int height, Guide guide) {
    float[] wide = Bilinear.resize(map, width, height, guide.width(), guide.height());
    int side = Math.min(guide.width(), guide.height());
    int reach = (int) Math.max(1, Math.round(radius * side));
    Windows windows = new Windows(guide.width(), guide.height(), reach);
    int channels = guide.channels();
    float[][] planes = new float[channels][];
    double[][] means = new double[channels][];
    for (int c = 0; c < channels; c++) {
      planes[c] = guide.channel(c);
      means[c] = windows.mean(planes[c]);
    }
    double[] mean = windows.mean(wide);
    double[][] fit = new double[channels + 1][];
    double[][] covariances = new double[channels * (channels + 1) / 2][];
    for (int c = 0, i = 0; c < channels; c++) {
      fit[c] = windows.covariance(planes[c], means[c], wide, mean);
      for (int d = 0; d <= c; d++, i++) {
        covariances[i] = windows.covariance(planes[c], means[c], planes[d], means[d]);
      }
    }
    fit[channels] = mean;
    solve(fit, covariances, means);
    double[] sum = windows.mean(fit[channels]);
    for (int c = 0; c < channels; c++) {
      double[] slope = windows.mean(fit[c]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += slope[i] * planes[c][i];
      }
    }
    float[] result = new float[sum.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) sum[i];
    }
    return result;
  }

  /**
   * Replaces cov(I, L) by a, and the mean of L by b, pixel by pixel.
   *
   * @param covariances the lower triangle, row by row
   */
  private void solve(double[][] fit, double[][] covariances, double[][] means) {
    int channels = means.length;
    double[] root = new double[covariances.length];
    double[] slope = new double[channels];
    for (int pixel = 0; pixel < fit[0].length; pixel++) {
      for (int i = 0; i < root.length; i++) {
        root[i] = covariances[i][pixel];
      }
      for (int c = 0; c < channels; c++) {
        slope[c] = fit[c][pixel];
      }
      cholesky(root, slope);
      for (int c = 0; c < channels; c++) {
        fit[c][pixel] = slope[c];
        fit[channels][pixel] -= slope[c] * means[c][pixel];
      }
    }
  }

  /** Solves {@code (A + eps 1) x = b}, with x in place of b. */
  private void cholesky(double[] a, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      int row = i * (i + 1) / 2;
      for (int j = 0; j <= i; j++) {
        int other = j * (j + 1) / 2;
        double sum = a[row + j] + (i == j ? eps : 0);
        for (int k = 0; k < j; k++) {
          sum -= a[row + k] * a[other + k];
        }
        a[row + j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / a[other + j];
      }
      for (int k = 0; k < i; k++) {
        b[i] -= a[row + k] * b[k];
      }
      b[i] /= a[row + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        b[i] -= a[k * (k + 1) / 2 + i] * b[k];
      }
      b[i] /= a[i * (i + 1) / 2 + i];
    }
  }

  @Override
  public Method resolved(Evidence evidence) {
    return new GuidedFilter(inner.resolved(evidence), radius, eps);
  }

  @Override
  public Work work(Conditions at) {
    return Enlarged.work("guided filter", inner, at);
  }

  @Override
  public MethodInfo info() {
    return Enlarged.info(
            NAME, inner, "Another method's map, enlarged along the edges of the picture: fast.")
        .withPaper("He et al., TPAMI 2013")
        .withLink("https://doi.org/10.1109/TPAMI.2012.213");
  }
}
