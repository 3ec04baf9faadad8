package dev.limelight.audit;

import java.io.Serializable;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Groups of the maps of one class, by maps of which the group is known: any other map is in the
 * group of the nearest.
 */
@API(status = Status.INTERNAL)
public final class MapGroups implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int BLOCK = 16;

  private final double[][] known;
  private final int[] groups;

  /**
   * Of some maps.
   *
   * @param known each with a sum of 1
   * @param groups of each, counted from 0
   */
  MapGroups(double[][] known, int[] groups) {
    this.known = known;
    this.groups = groups;
  }

  /** The group of a map with a sum of 1, by Hellinger's distance. */
  public int of(float[] map) {
    double[] roots = roots(map);
    int nearest = 0;
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < known.length; i++) {
      double far = squared(roots, known[i], best);
      if (far < best) {
        best = far;
        nearest = i;
      }
    }
    return groups[nearest];
  }

  static double[] roots(float[] map) {
    double[] roots = new double[map.length];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = Math.sqrt(map[i]);
    }
    return roots;
  }

  /** The squared distance, or more than the most that is of interest as soon as it is above it. */
  static double squared(double[] one, double[] other, double most) {
    double sum = 0;
    for (int from = 0; from < one.length && sum <= most; from += BLOCK) {
      for (int i = from; i < Math.min(from + BLOCK, one.length); i++) {
        double difference = one[i] - other[i];
        sum += difference * difference;
      }
    }
    return sum;
  }
}
