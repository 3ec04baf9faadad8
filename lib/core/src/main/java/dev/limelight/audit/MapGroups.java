package dev.limelight.audit;

import java.io.Serializable;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Groups of the maps of one class, defined by a sample of maps: any other map is in the group of
 * the nearest map of the sample.
 */
@API(status = Status.INTERNAL)
public final class MapGroups implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int BLOCK = 16;

  private final double[][] sample;
  private final int[] groups;

  /**
   * The groups of a sample.
   *
   * @param sample the square roots of the maps, each of which has a sum of 1
   * @param groups the group of each map, counted from 0
   */
  MapGroups(double[][] sample, int[] groups) {
    this.sample = sample;
    this.groups = groups;
  }

  /** The group of a map with a sum of 1, by Hellinger's distance. */
  public int of(float[] map) {
    double[] roots = roots(map);
    int nearest = 0;
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < sample.length; i++) {
      double distance = squaredDistance(roots, sample[i], best);
      if (distance < best) {
        best = distance;
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

  /** The squared distance; if it is above a limit, any number above the limit. */
  static double squaredDistance(double[] one, double[] other, double limit) {
    double sum = 0;
    for (int from = 0; from < one.length && sum <= limit; from += BLOCK) {
      for (int i = from; i < Math.min(from + BLOCK, one.length); i++) {
        double difference = one[i] - other[i];
        sum += difference * difference;
      }
    }
    return sum;
  }
}
