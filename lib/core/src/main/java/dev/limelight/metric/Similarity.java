package dev.limelight.metric;

import dev.limelight.image.Heatmap;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/** How alike two maps of one size are: 1 if they say the same, about 0 if by chance. */
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

  private static double finite(double correlation) {
    return Double.isFinite(correlation) ? correlation : 0;
  }

  private static double[] values(Heatmap map, Heatmap other) {
    if (map.width() != other.width() || map.height() != other.height()) {
      throw new IllegalArgumentException(
          String.format(
              "maps of %d x %d and of %d x %d cannot be compared; resize one",
              map.width(), map.height(), other.width(), other.height()));
    }
    float[] values = map.values();
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }
}
