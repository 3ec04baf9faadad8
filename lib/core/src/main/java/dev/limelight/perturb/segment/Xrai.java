package dev.limelight.perturb.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.segment.ColourPlanes;
import dev.limelight.segment.Dilation;
import dev.limelight.segment.Felzenszwalb;
import dev.limelight.segment.Segmenter;
import dev.limelight.segment.Segments;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * XRAI: integrated gradients from black and from white, in regions. Of the segments of several
 * scales, each enlarged a little, the one with the largest mean attribution is taken first, then
 * the one whose further pixels have the next largest, until all is covered; each pixel has the mean
 * of its region. Black and white are the least and the largest number of the input, and of the
 * channels of a pixel the largest attribution counts, as in the authors' code. Sizes are in
 * proportion to theirs at 224 pixels.
 *
 * <p>Not where values must add up, nor without gradients.
 *
 * @param segments {@code felzenszwalb} for the authors' six scales, or one division of the picture,
 *     not enlarged: {@code slic:50}, {@code felzenszwalb:100}, {@code grid:8}, or the name of a
 *     label image or a folder of masks
 * @param steps of integrated gradients from each of the two
 * @see <a href="https://arxiv.org/abs/1906.02825">Kapishnikov et al. 2019, XRAI</a>
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Xrai(String segments, int steps) implements Method {

  private static final String NAME = "xrai";
  private static final String SCALES = "felzenszwalb";
  private static final double[] SCALE = {50, 100, 150, 250, 500, 1200};

  /** The side of the pictures for which sizes are given. */
  private static final double SIDE = 224;

  /** The authors' six scales, and 50 steps from each baseline. */
  public Xrai() {
    this(SCALES, 50);
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there are no such segments, or there is no step
   */
  public Xrai {
    Segmenter.parse(segments);
    if (steps < 1) {
      throw new IllegalArgumentException(
          "xrai takes at least one step, but got " + steps + "; 50 is usual");
    }
  }

  /** One channel for all, signed, (N, 1, H, W). */
  @Override
  public NDArray parts(Evidence evidence) {
    SegmentMaps maps = new SegmentMaps(evidence);
    for (int i = 0; i < evidence.size(); i++) {
      SegmentedPicture picture = SegmentedPicture.of(evidence, i, Segmenter.parse(segments), NAME);
      List<BitSet> candidates = candidates(picture);
      double area = (double) picture.segments().width() * picture.segments().height();
      int fewest = Math.max(1, (int) Math.round(50 * area / (SIDE * SIDE)));
      Regions regions = Regions.of(attribution(picture), candidates, fewest);
      double[] values = regions.values().stream().mapToDouble(Double::doubleValue).toArray();
      maps.add(
          Segments.inOrder(
              picture.segments().width(), picture.segments().height(), regions.pixels()),
          new Estimate(values, new double[values.length], Map.of()));
    }
    return maps.maps();
  }

  private List<BitSet> candidates(SegmentedPicture picture) {
    List<BitSet> all = new ArrayList<>();
    if (!segments.equals(SCALES)) {
      addAll(all, picture.segments());
      return all;
    }
    ColourPlanes colours = picture.colours().between(-1, 1);
    int width = colours.width();
    int height = colours.height();
    for (double scale : SCALE) {
      addAll(all, new Felzenszwalb(scale).of(colours, null));
    }
    int radius = (int) Math.round(5 * Math.sqrt((double) width * height) / SIDE);
    all.replaceAll(set -> Dilation.of(set, width, height, radius));
    return all;
  }

  private static void addAll(List<BitSet> to, Segments segments) {
    for (int i = 0; i < segments.count(); i++) {
      BitSet set = new BitSet();
      for (int pixel : segments.pixels(i)) {
        set.set(pixel);
      }
      to.add(set);
    }
  }

  /** The mean of integrated gradients from black and white; of the channels, the largest. */
  private double[] attribution(SegmentedPicture picture) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : picture.input()) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    Evidence evidence = picture.evidence();
    try (NDManager scope = evidence.input().getManager().newSubManager()) {
      NDArray single = evidence.input().get(picture.index() + ":" + (picture.index() + 1));
      single.attach(scope);
      Evidence own = evidence.copies(picture.index(), single);
      float[] dark = new IntegratedGradients(least, steps).parts(own).toFloatArray();
      float[] light = new IntegratedGradients(most, steps).parts(own).toFloatArray();
      double[] largest = new double[dark.length / picture.channels()];
      for (int i = 0; i < dark.length; i++) {
        double mean = ((double) dark[i] + light[i]) / 2;
        int pixel = i % largest.length;
        largest[pixel] = i < largest.length ? mean : Math.max(largest[pixel], mean);
      }
      return largest;
    }
  }

  @Override
  public List<String> notes() {
    return List.of(
        "each value of xrai is the mean attribution of a pixel in its region, so that values do not"
            + " add up to the score");
  }

  @Override
  public Work work(Conditions at) {
    String how = "regions by integrated gradients from black and white";
    return at.backward(how).onCopies(2L * steps, how).withForwards(3).withPrediction(false);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.gradient(NAME)
        .withSummary(
            "Integrated gradients from black and white in regions of several sizes, the strongest region first.")
        .withCost(2 * steps + " backwards and three forwards")
        .withPaper("Kapishnikov et al., ICCV 2019")
        .withLink("https://arxiv.org/abs/1906.02825");
  }
}
