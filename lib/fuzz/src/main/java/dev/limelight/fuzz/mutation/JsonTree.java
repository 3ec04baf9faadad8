package dev.limelight.fuzz.mutation;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Changes one value somewhere in a JSON tree. */
public final class JsonTree implements Mutator {

  /** Stands for what is too deep to be made as a tree. */
  private static final String NESTED = "limelight-nested";

  /** A value in an object or an array, and how to put another in its place or, with null, none. */
  private record Place(JsonElement parent, String key, int index, JsonElement value) {

    void set(JsonElement other) {
      if (parent instanceof JsonObject object) {
        object.add(key, other);
      } else {
        parent.getAsJsonArray().set(index, other);
      }
    }

    void remove() {
      if (parent instanceof JsonObject object) {
        object.remove(key);
      } else {
        parent.getAsJsonArray().remove(index);
      }
    }

    void again(JsonElement copy, RandomGenerator random) {
      if (parent instanceof JsonObject object) {
        object.add(random.nextBoolean() ? key + "x" : Values.text(random), copy);
      } else {
        parent.getAsJsonArray().add(copy);
      }
    }
  }

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    JsonElement tree;
    try {
      tree = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonParseException | StackOverflowError e) {
      return new Text().mutate(bytes, random);
    }
    List<Place> places = new ArrayList<>();
    collect(tree, places::add);
    if (places.isEmpty()) {
      return new Text().mutate(bytes, random);
    }
    change(places, random);
    String text = tree.toString();
    if (text.contains('"' + NESTED + '"')) {
      int depth = Values.pick(List.of(100, 600, 20_000), random);
      text = text.replace('"' + NESTED + '"', nested(depth, random.nextBoolean()));
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void change(List<Place> places, RandomGenerator random) {
    Place place = Values.pick(places, random);
    Place other = Values.pick(places, random);
    switch (random.nextInt(9)) {
      case 0 -> place.remove();
      case 1 -> place.again(place.value.deepCopy(), random);
      case 2 -> place.set(other.value.deepCopy());
      case 3 -> place.set(JsonNull.INSTANCE);
      case 4 -> place.set(new JsonPrimitive(NESTED));
      case 5 -> place.set(random.nextBoolean() ? new JsonArray() : new JsonObject());
      default -> place.set(alike(place.value, places, random));
    }
  }

  /** Another value of the same kind. */
  private static JsonElement alike(JsonElement value, List<Place> places, RandomGenerator random) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return switch (random.nextInt(4)) {
        case 0 -> new JsonPrimitive(value.getAsLong() + random.nextInt(3) - 1);
        case 1 -> new JsonPrimitive(random.nextInt(1 << 20) / 7.0);
        default -> new JsonPrimitive(Values.integer(random));
      };
    }
    if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return new JsonPrimitive(!value.getAsBoolean());
    }
    if (value instanceof JsonPrimitive) {
      List<JsonElement> texts =
          places.stream()
              .map(Place::value)
              .filter(one -> one instanceof JsonPrimitive other && other.isString())
              .toList();
      return random.nextBoolean() && !texts.isEmpty()
          ? Values.pick(texts, random)
          : new JsonPrimitive(Values.text(random));
    }
    if (value instanceof JsonArray array && !array.isEmpty()) {
      JsonArray longer = array.deepCopy();
      longer.addAll(array);
      return longer;
    }
    return new JsonPrimitive(Values.integer(random));
  }

  private static void collect(JsonElement tree, Consumer<Place> places) {
    if (tree instanceof JsonObject object) {
      for (String key : object.keySet()) {
        JsonElement value = object.get(key);
        places.accept(new Place(object, key, -1, value));
        collect(value, places);
      }
    } else if (tree instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        places.accept(new Place(array, "", i, array.get(i)));
        collect(array.get(i), places);
      }
    }
  }

  private static String nested(int depth, boolean array) {
    return array
        ? "[".repeat(depth) + "]".repeat(depth)
        : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }
}
