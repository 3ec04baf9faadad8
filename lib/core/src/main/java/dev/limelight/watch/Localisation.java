package dev.limelight.watch;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How well a map lies on what it should show. */
final class Localisation {

  private Localisation() {}

  /**
   * The scores of one map, each from 0 to 1.
   *
   * <ul>
   *   <li>{@code pointing-game}: 1 if the heatmap's peak lies on the object to within half a cell
   *       of the map, else 0 (Zhang and others, 2016);
   *   <li>{@code energy-in-mask}: {@code sum over the object of max(L, 0) / sum of max(L, 0)},
   *       where L is the map (Wang and others, 2020);
   *   <li>{@code area-above-half}: the share of what the network saw where the heatmap reaches half
   *       of its maximum, known without a mask too.
   * </ul>
   *
   * A map without positive values points nowhere and has all three at 0, so that means are over the
   * same pictures at every epoch.
   *
   * @param mask where the object is on the picture, or null if nobody knows
   */
  static Map<String, Double> of(Explanation explanation, Mask mask) {
    Heatmap heatmap = explanation.heatmap();
    boolean blank = explanation.map().isBlank();
    Map<String, Double> scores = new LinkedHashMap<>();
    if (mask != null) {
      Mask seen = explanation.seen(mask);
      boolean hit = !blank && points(explanation.map(), heatmap, seen);
      scores.put("pointing-game", hit ? 1.0 : 0.0);
      // Positive first, as in the heatmap: enlarged together with what speaks against the target, a
      // small positive cell among negative ones would be gone.
      scores.put("energy-in-mask", blank ? 0.0 : seen.shareOf(explanation.map().positive()));
    }
    double strong = Mask.of(heatmap, 0.5).area();
    scores.put("area-above-half", strong / ((double) heatmap.width() * heatmap.height()));
    return scores;
  }

  private static boolean points(Heatmap map, Heatmap heatmap, Mask seen) {
    Heatmap.Point peak = heatmap.peak();
    double cell =
        Math.min((double) seen.width() / map.width(), (double) seen.height() / map.height());
    return seen.near(
        (int) ((peak.x() + 0.5) / heatmap.width() * seen.width()),
        (int) ((peak.y() + 0.5) / heatmap.height() * seen.height()),
        cell / 2);
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
