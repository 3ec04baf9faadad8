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
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * MaxBoxAccV2: whether the box around any connected part of the heatmap above a threshold overlaps
 * with the object's box, {@code IoU >= 0.3, 0.5 and 0.7}, each at the threshold that is best, and
 * the mean of the three.
 *
 * <p>In the paper one threshold is the best for all pictures, so that a single picture has no
 * MaxBoxAccV2. Here its curve is 1 or 0 at each threshold {@code 0, 1/n, .., (n - 1)/n} of the
 * maximum, for one overlap after the other, and its value the mean over overlaps of 1 if it is 1 at
 * any threshold. The paper's number for many pictures is {@link #of(List)}; the mean of the values
 * is larger.
 *
 * <p>Parts are connected by sides and corners. The paper's code also tries the boxes of holes,
 * which are inside of those of their parts; here these do not count.
 *
 * <p>Maps without a positive value and maps that are the same everywhere are discarded.
 *
 * @param thresholds n, how many are tried
 * @see <a href="https://arxiv.org/abs/2007.04178">Choe et al. 2020, Evaluation for Weakly
 *     Supervised Object Localization: Protocol, Metrics, and Datasets</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Metric.class)
public record MaxBoxAccV2(int thresholds) implements MaskMetric {

  private static final List<Double> OVERLAPS = List.of(0.3, 0.5, 0.7);

  /** At the best of 100 thresholds. */
  public MaxBoxAccV2() {
    this(100);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no threshold
   */
  public MaxBoxAccV2 {
    if (thresholds < 1) {
      throw new IllegalArgumentException(
          "max-box-acc-v2 tries at least one threshold, but got " + thresholds + "; 100 are usual");
    }
  }

  @Override
  public MetricInfo info() {
    return MetricInfo.higherIsBetter("max-box-acc-v2")
        .withSummary(
            "How often a box round the thresholded map fits the box of the object, on average over three overlaps.")
        .withMask()
        .withPaper("Choe et al., TPAMI 2022")
        .withLink("https://arxiv.org/abs/2007.04178");
  }

  @Override
  public Measurement compared(Explanation explanation, Mask mask) {
    Heatmap heatmap = explanation.heatmap();
    if (heatmap.isBlank()) {
      return Measurement.discarded(Experiment.blankReason(explanation.map()));
    }
    Rectangle2D object = MaxBoxAcc.scaled(mask, heatmap.width(), heatmap.height());
    double[] overlaps = new double[thresholds];
    for (int i = 0; i < thresholds; i++) {
      Mask above = MaxBoxAcc.above(heatmap, (double) i / thresholds);
      for (Rectangle box : OuterContours.boxes(above)) {
        overlaps[i] = Math.max(overlaps[i], MaxBoxAcc.overlap(box, object));
      }
    }
    List<Double> hits = new ArrayList<>();
    for (double enough : OVERLAPS) {
      for (double overlap : overlaps) {
        hits.add(overlap >= enough ? 1.0 : 0.0);
      }
    }
    return Measurement.of(mean(hits.stream().mapToDouble(Double::doubleValue).toArray()), hits);
  }

  /**
   * The paper's MaxBoxAccV2: the mean, over overlaps, of the largest share of pictures whose object
   * is found at one threshold.
   *
   * @param pictures what this metric measured of each; those discarded are left out
   * @throws IllegalArgumentException if none was measured
   */
  public static double of(List<Measurement> pictures) {
    List<List<Double>> curves =
        pictures.stream().filter(Measurement::measured).map(Measurement::curve).toList();
    if (curves.isEmpty()) {
      throw new IllegalArgumentException(
          "max-box-acc-v2 needs at least one picture that was measured, but got none");
    }
    return of(
        curves.stream()
            .map(curve -> curve.stream().mapToDouble(Double::doubleValue).toArray())
            .toArray(double[][]::new),
        IntStream.range(0, curves.size()).toArray());
  }

  /**
   * The same of some pictures.
   *
   * @param curves of all pictures, as measured
   * @param pictures which of them count, by their indices; one may count several times
   */
  public static double of(double[][] curves, int[] pictures) {
    double[] sums = new double[curves[0].length];
    for (int picture : pictures) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += curves[picture][i];
      }
    }
    return mean(sums) / pictures.length;
  }

  /** The mean over overlaps of the best threshold. */
  private static double mean(double[] curve) {
    int count = curve.length / OVERLAPS.size();
    double sum = 0;
    for (int i = 0; i < OVERLAPS.size(); i++) {
      double best = 0;
      for (int j = 0; j < count; j++) {
        best = Math.max(best, curve[i * count + j]);
      }
      sum += best;
    }
    return sum / OVERLAPS.size();
  }
}
