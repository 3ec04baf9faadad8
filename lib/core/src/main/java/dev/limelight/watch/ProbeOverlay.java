package dev.limelight.watch;

import dev.limelight.Explanation;
import dev.limelight.data.Example;
import java.util.Map;

/**
 * What a probe's map was after an epoch.
 *
 * @param name what files and tags call it: the probe's name, and its target behind a dash where
 *     each probe has several
 * @param probe the picture
 * @param explanation the prediction and its map
 * @param scores how well the map lies, by name, such as {@code pointing-game}, {@code
 *     energy-in-mask} and {@code area-above-half}
 */
public record ProbeOverlay(
    String name, Example probe, Explanation explanation, Map<String, Double> scores) {

  /** Copies the scores. */
  public ProbeOverlay {
    scores = Map.copyOf(scores);
  }
}
