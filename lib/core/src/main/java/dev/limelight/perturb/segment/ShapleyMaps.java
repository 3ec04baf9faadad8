package dev.limelight.perturb.segment;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Evidence;
import dev.limelight.segment.Segmenter;
import dev.limelight.segment.Segments;
import java.util.BitSet;

/** Maps of values that add up to what hiding all segments changes. */
final class ShapleyMaps {

  /** The name of the note of the score with all segments hidden. */
  static final String EMPTY = "score without any segment";

  /** The name of the note of what the values' sum misses. */
  static final String GAP = "additivity gap";

  private ShapleyMaps() {}

  /** How the values of one picture are found. */
  interface Rule {

    /**
     * Finds them.
     *
     * @param empty the score without any segment
     * @param full the score with all
     */
    Estimate of(Game game, Segments segments, double empty, double full);
  }

  /** The maps, (N, 1, H, W). */
  static NDArray of(
      Evidence evidence, Segmenter segmenter, Filling filling, String method, Rule rule) {
    SegmentMaps maps = new SegmentMaps(evidence);
    float[] whole = evidence.scores().toFloatArray();
    for (int i = 0; i < whole.length; i++) {
      SegmentedPicture picture = SegmentedPicture.of(evidence, i, segmenter, method);
      Game game = picture.game(filling);
      double empty = game.score(new BitSet());
      Estimate found = rule.of(game, picture.segments(), empty, whole[i]);
      maps.note(EMPTY, empty);
      maps.note(GAP, found.sum() - (whole[i] - empty));
      maps.add(picture.segments(), found);
    }
    return maps.maps();
  }

  /** What a reader must know. */
  static String note(String method, Filling filling) {
    return method
        + " replaces hidden segments by "
        + filling.words()
        + "; its values add up to the score minus the score with all segments replaced";
  }
}
