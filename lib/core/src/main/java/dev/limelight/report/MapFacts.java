package dev.limelight.report;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is written beside a map. */
final class MapFacts {

  private MapFacts() {}

  static Map<String, String> of(Explanation one, String target) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (one.target() >= 0) {
      facts.put("Prediction", sure(one.predictedLabel(), one.probability(one.predicted())));
      facts.put("Explained class", sure(target, one.probability()));
    } else {
      facts.put("Explained", target);
    }
    facts.put("Method", one.provenance().methodText());
    facts.put("Layer", one.provenance().layerText());
    Heatmap map = one.map();
    facts.put("Map", map.width() + " x " + map.height() + " cells");
    facts.put("Values", "from " + map.format(map.min()) + " to " + map.format(map.max()));
    if (one.picture() != null) {
      facts.put("Picture", one.picture().width() + " x " + one.picture().height() + " pixels");
      Rectangle2D seen = one.visibleRegion();
      facts.put(
          "Seen by the network",
          String.format(
              Locale.ROOT,
              "%.0f x %.0f pixels from (%.0f, %.0f)",
              seen.getWidth(),
              seen.getHeight(),
              seen.getX(),
              seen.getY()));
    }
    one.notes().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            note -> facts.put(note.getKey(), String.format(Locale.ROOT, "%.4g", note.getValue())));
    StoredMap stored = StoredMap.of(map);
    if (stored.block() > 1) {
      facts.put("Drawn from", "means of " + stored.block() + " x " + stored.block() + " cells");
    }
    return facts;
  }

  private static String sure(String label, double probability) {
    return String.format(Locale.ROOT, "%s, probability %.3f", label, probability);
  }
}
