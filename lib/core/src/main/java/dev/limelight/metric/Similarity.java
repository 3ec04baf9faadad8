package dev.limelight.metric;

import dev.limelight.image.Heatmap;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/** The similarity of two maps of one size: 1 if they are equal, about 0 if by chance. */
@API(status = Status.INTERNAL)
public final class Similarity {

  private Similarity() {}

  /** Pearson's correlation of the values; 0 if one map is constant. */
  public static double pearson(Heatmap one, Heatmap other) {
    return finite(new PearsonsCorrelation().correlation(values(one, other), values(other, one)));
  }

  /** Spearman's correlation: Pearson's of the ranks; 0 if one map is constant. */
  public static double spearman(Heatmap one, Heatmap other) {
    return finite(new SpearmansCorrelation().correlation(values(one, other), values(other, one)));
  }

  /** Spearman's correlation of numbers; 0 if one side is constant. */
  public static double spearman(double[] one, double[] other) {
    return finite(new SpearmansCorrelation().correlation(one, other));
  }

  /**
   * Structural similarity of two maps whose values are in [0, 1], such as heatmaps: the mean over
   * all windows of {@code (2 m n + c1) (2 s + c2) / ((m^2 + n^2 + c1) (v + w + c2))}, with m and n
   * the means, v and w the variances and s the covariance inside a window, c1 = 0.01^2 and c2 =
   * 0.03^2. Windows are Gaussian with a deviation of 1.5, 11 cells wide or as many as the map has,
   * rounded to odd, and do not reach beyond it.
   *
   * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang et al. 2004, Image Quality
   *     Assessment: From Error Visibility to Structural Similarity</a>
   */
  public static double ssim(Heatmap one, Heatmap other) {
    return new StructuralSimilarity(one.width(), one.height())
        .mean(values(one, other), values(other, one));
  }

  private static double finite(double correlation) {
    return Double.isFinite(correlation) ? correlation : 0;
  }

  private static double[] values(Heatmap map, Heatmap other) {
    if (map.width() != other.width() || map.height() != other.height()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "maps of %d x %d and of %d x %d cannot be compared; resize one",
              map.width(),
              map.height(),
              other.width(),
              other.height()));
    }
    float[] values = map.values();
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }
}
