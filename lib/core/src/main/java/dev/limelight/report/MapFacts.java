package dev.limelight.report;

import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The facts that are shown next to a map. */
final class MapFacts {

  private MapFacts() {}

  static Map<String, String> of(Explanation explanation, String target) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (explanation.target() >= 0) {
      facts.put(
          "Prediction",
          withProbability(
              explanation.predictedLabel(), explanation.probability(explanation.predicted())));
      facts.put("Explained class", withProbability(target, explanation.probability()));
    } else {
      facts.put("Explained", target);
    }
    facts.put("Method", explanation.provenance().methodText());
    facts.put("Layer", explanation.provenance().layerText());
    Heatmap map = explanation.map();
    facts.put("Map", map.width() + " x " + map.height() + " cells");
    facts.put("Values", "from " + map.format(map.min()) + " to " + map.format(map.max()));
    if (explanation.picture() != null) {
      facts.put(
          "Picture",
          explanation.picture().width() + " x " + explanation.picture().height() + " pixels");
      if (!explanation.picture().notes().isEmpty()) {
        facts.put("How it was read", String.join("; ", explanation.picture().notes()));
      }
      Rectangle2D visible = explanation.visibleRegion();
      facts.put(
          "Seen by the network",
          String.format(
              Locale.ROOT,
              "%.0f x %.0f pixels from (%.0f, %.0f)",
              visible.getWidth(),
              visible.getHeight(),
              visible.getX(),
              visible.getY()));
    }
    explanation.notes().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            note -> facts.put(note.getKey(), String.format(Locale.ROOT, "%.4g", note.getValue())));
    StoredMap stored = StoredMap.of(explanation);
    if (!explanation.segments().isEmpty()) {
      facts.put("Largest segments", largest(explanation));
    } else if (stored.block() > 1) {
      facts.put("Drawn from", "means of " + stored.block() + " x " + stored.block() + " cells");
    }
    return facts;
  }

  private static String largest(Explanation explanation) {
    return explanation.segments().stream()
        .limit(5)
        .map(one -> one.name() + ": " + explanation.map().format(one.value()))
        .collect(Collectors.joining(", "));
  }

  private static String withProbability(String label, double probability) {
    return String.format(Locale.ROOT, "%s, probability %.3f", label, probability);
  }
}
