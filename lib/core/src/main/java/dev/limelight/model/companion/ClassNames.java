package dev.limelight.model.companion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The names of classes in a {@code config.json}: id2label of Hugging Face, label_names of timm. */
final class ClassNames {

  private ClassNames() {}

  /**
   * The names in the order of the outputs, or none.
   *
   * @throws IOException if the indices are not 0, 1, 2 and so on
   */
  static List<String> of(JsonObject config) throws IOException {
    JsonElement byIndex = config.get("id2label");
    if (byIndex != null && byIndex.isJsonObject()) {
      return ofIndices(byIndex.getAsJsonObject());
    }
    JsonElement list = config.get("label_names");
    JsonElement inner = config.get("pretrained_cfg");
    if (list == null && inner != null && inner.isJsonObject()) {
      list = inner.getAsJsonObject().get("label_names");
    }
    List<String> names = new ArrayList<>();
    if (list != null && list.isJsonArray()) {
      list.getAsJsonArray().forEach(name -> names.add(text(name)));
    }
    return names;
  }

  private static List<String> ofIndices(JsonObject labels) throws IOException {
    Map<Integer, String> sorted = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : labels.entrySet()) {
      if (!entry.getKey().matches("\\d{1,7}")) {
        throw damaged("the index '" + entry.getKey() + "'");
      }
      sorted.put(Integer.parseInt(entry.getKey()), text(entry.getValue()));
    }
    List<String> names = new ArrayList<>();
    for (Map.Entry<Integer, String> entry : sorted.entrySet()) {
      if (entry.getKey() != names.size()) {
        throw damaged("no class " + names.size());
      }
      names.add(entry.getValue());
    }
    // What is written where nobody named the classes.
    return names.stream().allMatch(name -> name.matches("LABEL_\\d+")) ? List.of() : names;
  }

  private static String text(JsonElement name) {
    return name.isJsonPrimitive() ? name.getAsString().strip() : name.toString();
  }

  private static IOException damaged(String what) {
    return new IOException(
        "config.json names classes by id2label from 0 on, and here it has " + what);
  }
}
