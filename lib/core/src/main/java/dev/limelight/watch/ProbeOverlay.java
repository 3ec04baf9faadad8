package dev.limelight.watch;

import dev.limelight.Explanation;
import dev.limelight.data.Example;
import java.util.Map;

/**
 * The map of a probe after an epoch.
 *
 * @param name in files and tags: the name of the probe, with its target behind a dash where each
 *     probe has several
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
