package dev.limelight.onnx.pt2;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what must be in a JSON, and says what was expected where it is not. */
final class Json {

  private Json() {}

  static UnsupportedException malformed(String reason) {
    return new UnsupportedException(
        "its graph is not as torch.export writes it: "
            + Names.printable(reason)
            + "; save it again");
  }

  static JsonObject object(@Nullable JsonElement element) {
    if (element == null || !element.isJsonObject()) {
      throw malformed("an object is missing");
    }
    return element.getAsJsonObject();
  }

  static JsonObject object(JsonObject parent, String key) {
    JsonElement element = parent.get(key);
    if (element == null || !element.isJsonObject()) {
      throw malformed("'" + key + "' is missing or no object");
    }
    return element.getAsJsonObject();
  }

  static JsonArray array(JsonObject parent, String key) {
    return array(parent.get(key), key);
  }

  static JsonArray array(@Nullable JsonElement element, String what) {
    if (element == null || !element.isJsonArray()) {
      throw malformed("'" + what + "' is missing or no list");
    }
    return element.getAsJsonArray();
  }

  static String text(JsonObject parent, String key) {
    JsonElement element = parent.get(key);
    if (element == null || !element.isJsonPrimitive()) {
      throw malformed("'" + key + "' is missing or no text");
    }
    return Names.onOneLine(element.getAsString());
  }

  static String text(JsonObject parent, String key, String otherwise) {
    return isThere(parent, key) ? text(parent, key) : otherwise;
  }

  static boolean isThere(JsonObject parent, String key) {
    return parent.has(key) && !parent.get(key).isJsonNull();
  }

  static long whole(JsonObject parent, String key) {
    return whole(parent.get(key), key);
  }

  static long whole(JsonObject parent, String key, long otherwise) {
    return isThere(parent, key) ? whole(parent, key) : otherwise;
  }

  static long whole(@Nullable JsonElement element, String what) {
    try {
      if (element != null && element.isJsonPrimitive()) {
        return Long.parseLong(element.getAsString());
      }
    } catch (NumberFormatException e) {
      throw malformed("'" + what + "' is no whole number");
    }
    throw malformed("'" + what + "' is missing or no whole number");
  }

  /** A number; infinities and NaN are texts, as JSON has none. */
  static double real(JsonElement element, String what) {
    try {
      return Double.parseDouble(element.getAsString());
    } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
      throw malformed("'" + what + "' is no number");
    }
  }

  /** The one entry of an object that stands for a choice, such as {"as_int": 3}. */
  static Map.Entry<String, JsonElement> choice(JsonElement element) {
    JsonObject object = object(element);
    if (object.size() != 1) {
      throw malformed("one kind of value was expected, and found " + object.keySet());
    }
    return object.entrySet().iterator().next();
  }
}
