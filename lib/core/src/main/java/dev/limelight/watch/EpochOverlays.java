package dev.limelight.watch;

import dev.limelight.Explanation;
import dev.limelight.data.Example;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a training stands after an epoch, and where the network looks then.
 *
 * @param epoch its number; 0 is before the first
 * @param metrics losses, accuracies and the means of the overlays' scores, by names such as {@code
 *     train/loss}, {@code validation/accuracy} and {@code localisation/energy-in-mask}, in the
 *     order in which they are logged; all are finite, and before the first epoch there are fewer
 * @param overlays one or more for each probe, in their order
 */
public record EpochOverlays(int epoch, Map<String, Double> metrics, List<ProbeOverlay> overlays) {

  /** Copies the lists. */
  public EpochOverlays {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    overlays = List.copyOf(overlays);
  }

  /**
   * The overlays as PNG files' bytes, in their order; drawn by as many threads as there are cores,
   * once for all sinks.
   */
  public List<byte[]> pngs() {
    return overlays.parallelStream().map(overlay -> overlay.explanation().toPng()).toList();
  }

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
}
