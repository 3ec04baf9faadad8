package dev.limelight.audit;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import java.util.List;
import java.util.Locale;

/**
 * Pictures of one predicted class with similar maps.
 *
 * @param predicted the class
 * @param label its name
 * @param members the indices of the pictures in the set, the most typical first
 * @param meanMap the mean of their maps, with a sum of 1
 * @param region the smallest part of the picture with 60 % of the mean map
 * @param shareOfClass the share of the class's pictures with most of their evidence in the region
 * @param shareOfOthers the same share of the pictures of all other classes; NaN if there are none
 * @param chance the probability of such a difference if the evidence of all classes were
 *     distributed equally (Fisher's exact test, times the number of clusters); 1 without other
 *     classes
 * @param object the mean share of their evidence on the object, or NaN if it is not known
 */
public record Cluster(
    int predicted,
    String label,
    List<Integer> members,
    Heatmap meanMap,
    Mask region,
    double shareOfClass,
    double shareOfOthers,
    double chance,
    double object) {

  /**
   * The fewest maps of a class with clusters: fewer cannot be grouped, and even if all had their
   * evidence in one part of 40 % of the picture, the largest that can be suspicious, that would
   * hardly differ from chance.
   */
  public static final int FEWEST = 8;

  /** A cluster of at least this suspicion is worth a warning. */
  public static final double SUSPICIOUS = 0.25;

  /**
   * Large regions contain much evidence anyway, so the suspicion must be at least so many times the
   * area.
   */
  public static final double TIMES_AREA = 2.5;

  /** This suspicion is worth a warning for any area up to {@link #MAX_AREA}. */
  public static final double CERTAIN = 0.65;

  /** Regions with a larger area are not suspicious. */
  public static final double MAX_AREA = 0.4;

  /** A less probable difference is not attributed to chance. */
  public static final double CHANCE = 0.01;

  /** Copies the list. */
  public Cluster {
    members = List.copyOf(members);
  }

  /** The same cluster with its chance corrected for the number of tests (Bonferroni). */
  Cluster amongTests(int tests) {
    return new Cluster(
        predicted,
        label,
        members,
        meanMap,
        region,
        shareOfClass,
        shareOfOthers,
        Math.min(1, chance * tests),
        object);
  }

  /**
   * How much more often this class has its evidence in the region than other classes, from -1 to 1.
   * An object may be anywhere, but a watermark or a border is always at the same location. Without
   * other classes the comparison is with the area of the region.
   */
  public double suspicion() {
    return shareOfClass - (Double.isNaN(shareOfOthers) ? area() : shareOfOthers);
  }

  /**
   * Whether the class may be recognised by location: {@link #suspicion} is at least {@link
   * #SUSPICIOUS} and {@link #TIMES_AREA} times the region's area, or at least {@link #CERTAIN}, the
   * area is at most {@link #MAX_AREA}, and the difference is not attributed to chance.
   */
  public boolean suspicious() {
    return suspicion() >= Math.max(SUSPICIOUS, Math.min(CERTAIN, TIMES_AREA * area()))
        && area() <= MAX_AREA
        && (Double.isNaN(shareOfOthers) || chance <= CHANCE);
  }

  /** The area of the region, as a share of the picture. */
  public double area() {
    return region.share();
  }

  /** The shares in a sentence. */
  public String sentence() {
    String others =
        Double.isNaN(shareOfOthers)
            ? "; there are no pictures of other classes to compare with"
            : String.format(
                Locale.ROOT,
                ", and %.0f %% of the pictures of other classes do",
                100 * shareOfOthers);
    return String.format(
        Locale.ROOT,
        "%.0f %% of the pictures taken for %s have most of their evidence in this %.0f %% of the"
            + " picture%s",
        100 * shareOfClass,
        label,
        100 * area(),
        others);
  }
}
