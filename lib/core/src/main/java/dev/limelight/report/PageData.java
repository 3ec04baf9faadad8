package dev.limelight.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.limelight.Explanation;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.drawing.Overlay;
import dev.limelight.drawing.Palette;
import dev.limelight.image.Heatmap;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The data for the page's script, as JSON: pictures with their maps. */
final class PageData {

  // Gson's default escapes <, > and & too, so that no text can end the script element.
  private static final Gson GSON = new Gson();

  private final List<String> methods = new ArrayList<>();
  private final List<String> layers = new ArrayList<>();
  private final List<String> classes = new ArrayList<>();
  private final JsonArray pictures = new JsonArray();
  private final JsonArray means = new JsonArray();

  PageData(PictureIndex index, List<Group> groups) {
    index.all().forEach(picture -> pictures.add(picture(picture)));
    for (Group group : groups) {
      if (group.mean() != null) {
        JsonObject mean = map(group.mean());
        mean.addProperty("caption", "mean map of " + group.title());
        mean.addProperty(
            "alt",
            "Mean map of " + group.title() + ". " + HeatmapFigure.of(group.mean()).altText());
        means.add(mean);
      }
    }
  }

  String json() {
    JsonObject root = new JsonObject();
    JsonObject palettes = new JsonObject();
    for (Palette palette : List.of(Palette.VIRIDIS, Palette.INFERNO, Palette.BLUE_WHITE_RED)) {
      JsonObject colors = new JsonObject();
      StringBuilder hex = new StringBuilder();
      for (int color : palette.colors()) {
        hex.append(String.format(Locale.ROOT, "%06x", color));
      }
      colors.addProperty("colors", hex.toString());
      colors.addProperty("diverging", palette.diverging());
      palettes.add(palette.name(), colors);
    }
    root.add("palettes", palettes);
    root.add("methods", GSON.toJsonTree(methods));
    root.add("layers", GSON.toJsonTree(layers));
    root.add("classes", GSON.toJsonTree(classes));
    root.add("pictures", pictures);
    root.add("means", means);
    return GSON.toJson(root);
  }

  private JsonObject picture(PictureMaps picture) {
    JsonObject json = new JsonObject();
    json.addProperty("name", picture.name());
    json.addProperty("note", picture.note());
    json.addProperty("width", Canvas.of(picture).width());
    json.addProperty("height", Canvas.of(picture).height());
    Explanation first = picture.maps().get(0).explanation();
    if (first.target() >= 0) {
      json.addProperty("predicted", first.predictedLabel());
      json.addProperty("sure", first.probability(first.predicted()));
    }
    JsonArray maps = new JsonArray();
    Set<List<Integer>> known = new HashSet<>();
    for (JudgedMap judged : picture.maps()) {
      maps.add(map(judged, known));
    }
    json.add("maps", maps);
    return json;
  }

  private JsonObject map(JudgedMap judged, Set<List<Integer>> known) {
    Explanation one = judged.explanation();
    String target = target(one);
    int method = indexOf(methods, one.provenance().methodText());
    int layer = indexOf(layers, one.provenance().layerText());
    int count = 1;
    int classIndex = indexOf(classes, target);
    // The same method, layer and class may occur twice, perhaps by different models.
    while (!known.add(List.of(method, layer, classIndex))) {
      classIndex = indexOf(classes, target + " (" + ++count + ")");
    }
    boolean crisp = !one.segments().isEmpty();
    JsonObject json =
        map(one.map(), StoredMap.of(one), crisp ? one.map().centralPeak() : one.map().peak());
    json.addProperty("crisp", crisp);
    json.addProperty("method", method);
    json.addProperty("layer", layer);
    json.addProperty("class", classIndex);
    json.addProperty("caption", caption(one));
    json.addProperty("alt", alt(one));
    if (one.picture() != null) {
      Rectangle2D visible = one.visibleRegion();
      json.add(
          "seen",
          GSON.toJsonTree(
              List.of(visible.getX(), visible.getY(), visible.getWidth(), visible.getHeight())));
    }
    Rectangle2D box = one.explainedBox();
    if (box != null) {
      json.add(
          "box", GSON.toJsonTree(List.of(box.getX(), box.getY(), box.getWidth(), box.getHeight())));
    }
    json.add("facts", pairs(facts(one)));
    JsonArray lights = new JsonArray();
    for (Finding finding : judged.findings()) {
      JsonObject light = new JsonObject();
      light.addProperty("level", finding.color());
      light.addProperty("symbol", finding.symbol());
      light.addProperty("word", finding.word());
      light.add("numbers", pairs(finding.numbers()));
      lights.add(light);
    }
    json.add("lights", lights);
    return json;
  }

  private static JsonObject map(Heatmap map) {
    return map(map, StoredMap.of(map), map.peak());
  }

  private static JsonObject map(Heatmap map, StoredMap stored, Heatmap.Point peak) {
    JsonObject json = stored.json();
    // As shares of the map's size, since the stored values may be means of blocks.
    json.add(
        "peak",
        GSON.toJsonTree(List.of((peak.x() + 0.5) / map.width(), (peak.y() + 0.5) / map.height())));
    json.addProperty("rawWidth", map.width());
    json.addProperty("rawHeight", map.height());
    json.addProperty("top", map.max());
    return json;
  }

  /** The index of a name, which is added if it is missing. */
  private static int indexOf(List<String> names, String name) {
    if (!names.contains(name)) {
      names.add(name);
    }
    return names.indexOf(name);
  }

  /** The class that a map explains, with its box if it has one, or the target if it is no class. */
  private static String target(Explanation one) {
    String written = one.provenance().target().toString();
    if (one.target() < 0) {
      return written;
    }
    // Two boxes of one class are two choices.
    return one.explainedBox() == null ? one.targetLabel() : written + ": " + one.targetLabel();
  }

  private static String caption(Explanation one) {
    if (one.target() < 0) {
      return target(one);
    }
    String sure = String.format(Locale.ROOT, "%s %.2f", target(one), one.probability());
    return one.predicted() == one.target()
        ? sure
        : sure + String.format(Locale.ROOT, " (predicted %s)", one.predictedLabel());
  }

  private static String alt(Explanation one) {
    String words = caption(one) + " by " + one.provenance().methodText();
    if (one.picture() == null) {
      return words + ". " + HeatmapFigure.of(one.map()).altText();
    }
    return Overlay.builder()
        .setPicture(one.picture())
        .setHeatmap(one.map())
        .optRegion(one.visibleRegion())
        .optCrisp(!one.segments().isEmpty())
        .optCaption(words)
        .build()
        .altText();
  }

  private static Map<String, String> facts(Explanation one) {
    return MapFacts.of(one, target(one));
  }

  private static JsonArray pairs(Map<String, String> map) {
    JsonArray pairs = new JsonArray();
    map.forEach((key, value) -> pairs.add(GSON.toJsonTree(List.of(key, value))));
    return pairs;
  }
}
