package dev.limelight.watch;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.metric.localisation.PointingGame;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How well a map lies on what it should show. */
final class Localisation {

  private static final PointingGame POINTING = new PointingGame();
  private static final EnergyInMask ENERGY = new EnergyInMask();

  private Localisation() {}

  /**
   * The scores of one map, each from 0 to 1.
   *
   * <ul>
   *   <li>{@link PointingGame}, with the paper's tolerance;
   *   <li>{@link EnergyInMask};
   *   <li>{@code area-above-half}: the share of what the network saw where the heatmap reaches half
   *       of its maximum, known without a mask too.
   * </ul>
   *
   * A map without positive values points nowhere, and a mask of nothing or everything cannot be
   * missed or hit: what cannot be measured is left out, and not counted as 0.
   *
   * @param mask where the object is on the picture, or null if nobody knows
   */
  static Map<String, Double> of(Explanation explanation, @Nullable Mask mask) {
    Heatmap heatmap = explanation.heatmap();
    Map<String, Double> scores = new LinkedHashMap<>();
    if (mask != null) {
      Mask visible = explanation.cropped(mask);
      scores.put(POINTING.info().name(), POINTING.of(explanation, visible));
      scores.put(ENERGY.info().name(), ENERGY.of(explanation, visible));
      scores.values().removeIf(score -> score.isNaN());
    }
    double strong = Mask.of(heatmap, 0.5).area();
    scores.put("area-above-half", strong / ((double) heatmap.width() * heatmap.height()));
    return scores;
  }

  /** The mean of each score over the overlays that have it, such as localisation/pointing-game. */
  static Map<String, Double> means(List<ProbeOverlay> overlays) {
    return overlays.stream()
        .flatMap(overlay -> overlay.scores().entrySet().stream())
        .collect(
            Collectors.groupingBy(
                score -> "localisation/" + score.getKey(),
                TreeMap::new,
                Collectors.averagingDouble(Map.Entry::getValue)));
  }
}
