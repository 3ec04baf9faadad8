package dev.limelight;

import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Map;

/** Explanations of given maps, for what reads them and needs no network. */
public final class Explained {

  private Explained() {}

  /** A ready tensor of that size; the map speaks for the first of two classes. */
  public static Explanation of(Heatmap map, int width, int height, double probability) {
    return of(map, width, height, probability, "made", "0", Map.of());
  }

  public static Explanation of(
      Heatmap map,
      int width,
      int height,
      double probability,
      String method,
      String target,
      Map<String, Double> notes) {
    float[] logits = {(float) Math.log(probability / (1 - probability)), 0};
    return new Explanation(
        new Explanation.Subject(null, null, width, height, List.of()),
        logits,
        0,
        target,
        false,
        map,
        method,
        notes,
        new Provenance(method, "layer", target, "model", null, null, "none", "test"));
  }

  /** A picture of which the network saw a part as an input of the map's size. */
  public static Explanation over(
      Picture picture, Rectangle2D seen, Heatmap map, int target, List<String> labels) {
    return new Explanation(
        new Explanation.Subject(picture, seen, map.width(), map.height(), labels),
        new float[labels.size()],
        target,
        String.valueOf(target),
        false,
        map,
        "made",
        Map.of(),
        new Provenance("made, by hand", "layer", "0", "model", null, null, "none", "test"));
  }
}
