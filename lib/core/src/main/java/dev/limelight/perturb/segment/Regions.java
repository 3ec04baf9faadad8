package dev.limelight.perturb.segment;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * XRAI's regions: of overlapping candidates, the one whose new pixels have the largest mean
 * attribution is taken first, then the next.
 *
 * @param pixels new in each region, in the order in which they were taken
 * @param values the mean attribution of each
 */
record Regions(List<BitSet> pixels, List<Double> values) {

  /**
   * Ranks candidates.
   *
   * @param attribution one value a pixel
   * @param candidates the pixels of each
   * @param fewest new pixels of a region; what is left over is the last region
   */
  static Regions of(double[] attribution, List<BitSet> candidates, int fewest) {
    List<List<Integer>> of = new ArrayList<>();
    for (int i = 0; i < attribution.length; i++) {
      of.add(new ArrayList<>());
    }
    int[] counts = new int[candidates.size()];
    double[] sums = new double[counts.length];
    for (int k = 0; k < counts.length; k++) {
      BitSet set = candidates.get(k);
      for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
        of.get(i).add(k);
        counts[k]++;
        sums[k] += attribution[i];
      }
    }
    BitSet taken = new BitSet(attribution.length);
    List<BitSet> pixels = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    int best = best(counts, sums, fewest);
    while (best >= 0) {
      BitSet added = (BitSet) candidates.get(best).clone();
      added.andNot(taken);
      pixels.add(added);
      values.add(mean(attribution, added));
      taken.or(added);
      added.stream()
          .forEach(
              pixel ->
                  of.get(pixel)
                      .forEach(
                          k -> {
                            counts[k]--;
                            sums[k] -= attribution[pixel];
                          }));
      best = best(counts, sums, fewest);
    }
    BitSet rest = new BitSet(attribution.length);
    rest.set(0, attribution.length);
    rest.andNot(taken);
    if (!rest.isEmpty()) {
      pixels.add(rest);
      values.add(mean(attribution, rest));
    }
    return new Regions(pixels, values);
  }

  private static int best(int[] counts, double[] sums, int fewest) {
    int best = -1;
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] >= fewest && (best < 0 || sums[k] / counts[k] > sums[best] / counts[best])) {
        best = k;
      }
    }
    return best;
  }

  private static double mean(double[] attribution, BitSet pixels) {
    return pixels.stream().mapToDouble(i -> attribution[i]).average().orElse(0);
  }
}
