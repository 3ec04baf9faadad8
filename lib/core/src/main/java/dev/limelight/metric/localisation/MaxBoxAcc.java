package dev.limelight.metric.localisation;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.OuterContours;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.MetaInfServices;

/**
 * MaxBoxAcc: whether the box around the largest connected part of the heatmap above a threshold
 * overlaps with the object's box, {@code IoU >= overlap}, at the threshold that is best.
 *
 * <p>In the paper one threshold is the best for all pictures, so that a single picture has no
 * MaxBoxAcc. Here its curve is 1 or 0 at each threshold {@code 0, 1/n, .., (n - 1)/n} of the
 * maximum, and its value 1 if it is 1 at any, which is what the picture can contribute at most. The
 * paper's number for many pictures is {@link #of(List)}; the mean of the values is larger.
 *
 * <p>As in the paper's code, cells are neighbours by their sides and corners, and the largest part
 * is the one whose outer line, from centre to centre of its cells, encloses the largest area.
 *
 * <p>Maps without a positive value and maps that are the same everywhere are discarded.
 *
 * @param overlap the intersection over union that counts as found
 * @param thresholds n, how many are tried
 * @see <a href="https://arxiv.org/abs/2001.07437">Choe et al. 2020, Evaluating Weakly Supervised
 *     Object Localization Methods Right</a>
 */
@MetaInfServices(Metric.class)
public record MaxBoxAcc(double overlap, int thresholds) implements MaskMetric {

  /** Half overlapping at the best of 100 thresholds. */
  public MaxBoxAcc() {
    this(0.5, 100);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the overlap is not above 0 and up to 1, or there is no
   *     threshold
   */
  public MaxBoxAcc {
    if (!(overlap > 0 && overlap <= 1)) {
      throw new IllegalArgumentException(
          "an overlap is above 0 and up to 1, such as 0.5, but got " + overlap);
    }
    if (thresholds < 1) {
      throw new IllegalArgumentException(
          "max-box-acc tries at least one threshold, but got " + thresholds + "; 100 are usual");
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("max-box-acc")
        .withSummary(
            "Whether the box round the thresholded map fits the box of the object, at the best threshold.")
        .withMask()
        .withPaper("Choe et al., CVPR 2020")
        .withLink("https://arxiv.org/abs/2001.07437");
  }

  @Override
  public Measurement compared(Explanation explanation, Mask mask) {
    Heatmap heatmap = explanation.heatmap();
    if (heatmap.isBlank()) {
      return Measurement.discarded(Experiment.blankReason(explanation.map()));
    }
    Rectangle2D object = scaled(mask, heatmap.width(), heatmap.height());
    List<Double> hits = new ArrayList<>();
    for (int i = 0; i < thresholds; i++) {
      Rectangle box = OuterContours.largest(above(heatmap, (double) i / thresholds));
      hits.add(overlap(box, object) >= overlap ? 1.0 : 0.0);
    }
    return Measurement.of(hits.contains(1.0) ? 1 : 0, hits);
  }

  /**
   * The paper's MaxBoxAcc: the largest, over thresholds, of the share of pictures whose object is
   * found there.
   *
   * @param pictures what this metric measured of each; those discarded are left out
   * @throws IllegalArgumentException if none was measured
   */
  public static double of(List<Measurement> pictures) {
    List<List<Double>> curves =
        pictures.stream().filter(Measurement::measured).map(Measurement::curve).toList();
    if (curves.isEmpty()) {
      throw new IllegalArgumentException(
          "max-box-acc needs at least one picture that was measured, but got none");
    }
    double best = 0;
    for (int i = 0; i < curves.get(0).size(); i++) {
      int threshold = i;
      double hits = curves.stream().mapToDouble(curve -> curve.get(threshold)).sum();
      best = Math.max(best, hits / curves.size());
    }
    return best;
  }

  /** The cells above a share of the maximum. */
  static Mask above(Heatmap heatmap, double share) {
    float[] values = heatmap.values();
    double level = share * heatmap.max();
    boolean[] cells = new boolean[values.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = values[i] > level;
    }
    return new Mask(heatmap.width(), heatmap.height(), cells);
  }

  /** The box of an object in cells of the heatmap, which is often the coarser of both. */
  static Rectangle2D scaled(Mask mask, int width, int height) {
    Rectangle box = mask.bounds();
    double scaleX = (double) width / mask.width();
    double scaleY = (double) height / mask.height();
    return new Rectangle2D.Double(
        box.x * scaleX, box.y * scaleY, box.width * scaleX, box.height * scaleY);
  }

  /** Intersection over union of two boxes. */
  static double overlap(Rectangle2D one, Rectangle2D other) {
    if (one.isEmpty() || other.isEmpty() || !one.intersects(other)) {
      return 0;
    }
    double both = area(one.createIntersection(other));
    return both / (area(one) + area(other) - both);
  }

  private static double area(Rectangle2D box) {
    return box.getWidth() * box.getHeight();
  }
}
