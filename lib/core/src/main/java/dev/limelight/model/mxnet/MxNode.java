package dev.limelight.model.mxnet;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.model.mxnet.MxGraph.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of an MXNet symbol.
 *
 * @param operator what computes it, or {@link #VARIABLE}
 * @param name its name
 * @param inputs what it reads
 * @param json all that MXNet writes of it; never changed
 */
record MxNode(String operator, String name, List<Entry> inputs, JsonObject json) {

  /** What MXNet writes as the operator of a variable. */
  static final String VARIABLE = "null";

  /** What MXNet's older versions call the attributes of a node; it reads them still. */
  private static final List<String> OLD_ATTRIBUTES = List.of("attr", "param");

  static MxNode of(JsonObject node) {
    JsonObject json = upgraded(node);
    check(json);
    return new MxNode(
        json.get("op").getAsString(),
        json.get("name").getAsString(),
        Entry.list(json.getAsJsonArray("inputs")),
        json);
  }

  private static JsonObject upgraded(JsonObject node) {
    if (OLD_ATTRIBUTES.stream().noneMatch(node::has)) {
      return node;
    }
    JsonObject json = node.deepCopy();
    JsonObject attributes = json.has("attrs") ? json.getAsJsonObject("attrs") : new JsonObject();
    for (String old : OLD_ATTRIBUTES) {
      if (json.has(old)) {
        json.remove(old).getAsJsonObject().entrySet().stream()
            .filter(one -> !attributes.has(one.getKey()))
            .forEach(one -> attributes.add(one.getKey(), one.getValue()));
      }
    }
    json.add("attrs", attributes);
    return json;
  }

  /** Gson reads control characters that MXNet's own parser refuses, and attributes of any kind. */
  private static void check(JsonObject json) {
    JsonElement attributes = json.get("attrs");
    List<String> texts =
        new ArrayList<>(List.of(json.get("op").getAsString(), json.get("name").getAsString()));
    if (attributes != null) {
      attributes
          .getAsJsonObject()
          .entrySet()
          .forEach(one -> texts.addAll(List.of(one.getKey(), one.getValue().getAsString())));
    }
    if (texts.stream().anyMatch(text -> text.chars().anyMatch(Character::isISOControl))) {
      throw new IllegalArgumentException(
          "a node has a control character in its name or attributes");
    }
  }

  static MxNode variable(String name) {
    JsonObject json = new JsonObject();
    json.addProperty("op", VARIABLE);
    json.addProperty("name", name);
    json.add("inputs", new JsonArray());
    return of(json);
  }

  boolean isVariable() {
    return operator.equals(VARIABLE);
  }

  MxNode renamed(String other) {
    JsonObject copy = json.deepCopy();
    copy.addProperty("name", other);
    return new MxNode(operator, other, inputs, copy);
  }

  MxNode on(List<Entry> others) {
    JsonObject copy = json.deepCopy();
    copy.add("inputs", Entry.json(others));
    return new MxNode(operator, name, others, copy);
  }

  MxNode with(String attribute, String value) {
    JsonObject copy = json.deepCopy();
    JsonObject attributes = copy.has("attrs") ? copy.getAsJsonObject("attrs") : new JsonObject();
    attributes.addProperty(attribute, value);
    copy.add("attrs", attributes);
    return new MxNode(operator, name, inputs, copy);
  }

  /** What gives its first input. */
  MxNode identity() {
    JsonObject copy = new JsonObject();
    copy.addProperty("op", "_copy");
    copy.addProperty("name", name);
    copy.add("inputs", json.get("inputs"));
    return of(copy);
  }

  /** The text of an attribute, or null. */
  @Nullable String attribute(String key) {
    JsonObject attributes = json.getAsJsonObject("attrs");
    return attributes == null || !attributes.has(key) ? null : attributes.get(key).getAsString();
  }
}
