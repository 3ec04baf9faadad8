package dev.limelight.zoo.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.limelight.io.Names;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An object in a configuration, whose values are of the type that is asked for, or missing.
 *
 * @param file the configuration
 * @param place the object's name in a message, with a dot at its end, or empty
 * @param json the object
 */
record Settings(Path file, String place, JsonObject json) {

  /** Far above any configuration with the names of its classes. */
  private static final long MOST_BYTES = 32 << 20;

  /** What some editors put in front of UTF-8. */
  private static final String MARK = "\uFEFF";

  /** The longest list of sizes, far above any network's stages. */
  private static final int LONGEST = 64;

  /** A number of units or blocks above any network's, far below where products overflow. */
  private static final int LARGEST = 1_000_000;

  /** A number of blocks above any network's; each takes memory before it has weights. */
  private static final int MOST_BLOCKS = 1_000;

  static Settings read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(
          file + " has " + Files.size(file) + " bytes, too many for a configuration");
    }
    try {
      String text = Files.readString(file);
      JsonElement root = JsonParser.parseString(text.startsWith(MARK) ? text.substring(1) : text);
      if (root.isJsonObject()) {
        return new Settings(file, "", root.getAsJsonObject());
      }
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not UTF-8 text; save it again as UTF-8", e);
    } catch (JsonParseException e) {
      throw new IOException(file + " is not JSON: it is cut short or damaged; copy it again", e);
    }
    throw new IOException(file + " is no configuration: it is not an object in JSON");
  }

  Set<String> keys() {
    return json.keySet();
  }

  boolean has(String key) {
    return json.has(key) && !json.get(key).isJsonNull();
  }

  /** An object in this one; an empty one if it is missing. */
  Settings inner(String key) throws IOException {
    if (!has(key)) {
      return new Settings(file, place + key + ".", new JsonObject());
    }
    if (!json.get(key).isJsonObject()) {
      throw wrong(key, "an object");
    }
    return new Settings(file, place + key + ".", json.getAsJsonObject(key));
  }

  Optional<String> text(String key) throws IOException {
    if (!has(key)) {
      return Optional.empty();
    }
    if (json.get(key) instanceof JsonPrimitive value && value.isString()) {
      return Optional.of(value.getAsString());
    }
    throw wrong(key, "a text");
  }

  /** The first of a list of texts. */
  String firstText(String key) throws IOException {
    if (has(key)
        && json.get(key) instanceof JsonArray list
        && !list.isEmpty()
        && list.get(0) instanceof JsonPrimitive value
        && value.isString()) {
      return value.getAsString();
    }
    throw new IOException(
        file
            + " describes no network that can be built: it has neither the architecture of timm nor"
            + " the architectures of transformers");
  }

  boolean flag(String key, boolean ifMissing) throws IOException {
    if (!has(key)) {
      return ifMissing;
    }
    if (json.get(key) instanceof JsonPrimitive value && value.isBoolean()) {
      return value.getAsBoolean();
    }
    throw wrong(key, "true or false");
  }

  double number(String key, double ifMissing) throws IOException {
    return has(key) ? number(key, json.get(key)) : ifMissing;
  }

  /** A whole number above zero. */
  int size(String key, int ifMissing) throws IOException {
    return has(key) ? size(key, json.get(key), LARGEST) : ifMissing;
  }

  /** A number of blocks. */
  int blocks(String key, int ifMissing) throws IOException {
    return has(key) ? size(key, json.get(key), MOST_BLOCKS) : ifMissing;
  }

  /** Whole numbers above zero. */
  List<Integer> sizes(String key, List<Integer> ifMissing) throws IOException {
    return sizes(key, ifMissing, LARGEST);
  }

  /** Numbers of blocks. */
  List<Integer> blocks(String key, List<Integer> ifMissing) throws IOException {
    return sizes(key, ifMissing, MOST_BLOCKS);
  }

  private List<Integer> sizes(String key, List<Integer> ifMissing, int most) throws IOException {
    if (!has(key)) {
      return ifMissing;
    }
    if (!json.get(key).isJsonArray() || json.getAsJsonArray(key).size() > LONGEST) {
      throw wrong(key, "a list of whole numbers");
    }
    List<Integer> sizes = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray(key)) {
      sizes.add(size(key, element, most));
    }
    return sizes;
  }

  private int size(String key, JsonElement element, int most) throws IOException {
    double value = number(key, element);
    if (value != Math.rint(value) || value < 1 || value > most) {
      throw wrong(key, "a whole number from 1 to " + most);
    }
    return (int) value;
  }

  private double number(String key, JsonElement element) throws IOException {
    if (element instanceof JsonPrimitive value && value.isNumber()) {
      double number = value.getAsDouble();
      if (Double.isFinite(number)) {
        return number;
      }
    }
    throw wrong(key, "a number");
  }

  /** Refuses another value than the one that is supported. */
  void require(String key, Object supported) throws IOException {
    if (has(key)) {
      JsonElement value = json.get(key);
      boolean same =
          value instanceof JsonPrimitive primitive
              && (supported instanceof Number number
                  ? primitive.isNumber() && primitive.getAsDouble() == number.doubleValue()
                  : primitive.getAsString().equals(supported.toString()));
      if (!same) {
        throw wrong(key, supported + ", which alone is supported");
      }
    }
  }

  /** Refuses keys that are not known, as they may change the network. */
  void allow(Set<String> known) throws IOException {
    for (String key : keys()) {
      if (!known.contains(key) && has(key)) {
        throw new IOException(
            file
                + " has "
                + place
                + Names.printable(key)
                + ", which is not supported for this network: supported are "
                + known.stream().sorted().toList());
      }
    }
  }

  private IOException wrong(String key, String wanted) {
    return new IOException(
        file
            + " gives "
            + Names.printable(json.get(key).toString())
            + " as "
            + place
            + key
            + ", where it should be "
            + wanted);
  }
}
