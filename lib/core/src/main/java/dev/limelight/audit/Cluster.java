package dev.limelight.audit;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import java.util.List;
import java.util.Locale;

/**
 * Pictures of one predicted class whose maps lie alike.
 *
 * @param predicted the class
 * @param label what it is called
 * @param members their places in the set, the most typical first
 * @param meanMap where their evidence lies, with a sum of 1
 * @param place the smallest part of the picture with 60 % of it
 * @param here the share of the class's pictures that have most of their evidence in that place
 * @param elsewhere the same share of the pictures of all other classes; NaN if there are none
 * @param chance how probable such a difference is if classes had nothing to do with places
 *     (Fisher's exact test, times the number of clusters that were looked at); 1 without other
 *     classes
 * @param object the mean share of their evidence on the object, or NaN where it is not known
 */
public record Cluster(
    int predicted,
    String label,
    List<Integer> members,
    Heatmap meanMap,
    Mask place,
    double here,
    double elsewhere,
    double chance,
    double object) {

  /** From this suspicion on a cluster is worth a warning. */
  public static final double SUSPICIOUS = 0.25;

  /**
   * In wide places much evidence gathers for no such reason: so many times its area is the
   * suspicion at least.
   */
  public static final double TIMES_AREA = 2.5;

  /** This suspicion is worth a warning however wide the place is, up to {@link #WIDEST}. */
  public static final double CERTAIN = 0.65;

  /** What has a larger share of the picture is no place. */
  public static final double WIDEST = 0.4;

  /** What is less probable than this is not by chance. */
  public static final double CHANCE = 0.01;

  /** Keeps its own list. */
  public Cluster {
    members = List.copyOf(members);
  }

  /** The same with the chance of one of several that were looked at (Bonferroni). */
  Cluster amongTests(int tests) {
    return new Cluster(
        predicted,
        label,
        members,
        meanMap,
        place,
        here,
        elsewhere,
        Math.min(1, chance * tests),
        object);
  }

  /**
   * How much more often this class's evidence lies there than that of others, from -1 to 1: an
   * object may be anywhere, and a watermark or a border is always in one place. Without other
   * classes the comparison is with the area of the place.
   */
  public double suspicion() {
    return here - (Double.isNaN(elsewhere) ? area() : elsewhere);
  }

  /**
   * Whether the class is told by a place: {@link #suspicion} is at least {@link #SUSPICIOUS} and
   * {@link #TIMES_AREA} times the place's area, or {@link #CERTAIN}, the place is no wider than
   * {@link #WIDEST}, and chance does not make it so.
   */
  public boolean suspicious() {
    return suspicion() >= Math.max(SUSPICIOUS, Math.min(CERTAIN, TIMES_AREA * area()))
        && area() <= WIDEST
        && (Double.isNaN(elsewhere) || chance <= CHANCE);
  }

  /** The share that the place has of the picture. */
  public double area() {
    return place.share();
  }

  /** In a sentence. */
  public String sentence() {
    String others =
        Double.isNaN(elsewhere)
            ? "; there are no pictures of other classes to compare with"
            : String.format(
                Locale.ROOT, ", and %.0f %% of the pictures of other classes do", 100 * elsewhere);
    return String.format(
        Locale.ROOT,
        "%.0f %% of the pictures taken for %s have most of their evidence in this %.0f %% of the"
            + " picture%s",
        100 * here,
        label,
        100 * area(),
        others);
  }
}
