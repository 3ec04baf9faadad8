package dev.limelight.perturb.segment;

import java.util.BitSet;
import java.util.List;

/** The score of a picture of which some segments are seen. */
@FunctionalInterface
interface Game {

  /**
   * The scores.
   *
   * @param coalitions the segments that are seen, once for each score
   */
  double[] scores(List<BitSet> coalitions);

  /** The score where these segments are seen. */
  default double score(BitSet coalition) {
    return scores(List.of(coalition))[0];
  }
}
