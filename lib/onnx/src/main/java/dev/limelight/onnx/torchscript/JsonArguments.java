package dev.limelight.onnx.torchscript;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.limelight.onnx.torchscript.Value.Many;
import dev.limelight.onnx.torchscript.Value.Real;
import dev.limelight.onnx.torchscript.Value.Tensor;
import dev.limelight.onnx.torchscript.Value.Text;
import dev.limelight.onnx.torchscript.Value.Truth;
import dev.limelight.onnx.torchscript.Value.Whole;
import dev.limelight.support.UnsupportedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Arguments as a .pt2 has them, which the rules of operators read. */
final class JsonArguments {

  /** What rules take from the type of the result, or what says nothing of its numbers. */
  private static final Set<String> LEFT_OUT =
      Set.of("ScalarType", "Layout", "Device", "MemoryFormat", "Generator");

  private JsonArguments() {}

  static Map<String, JsonElement> of(BoundCall call) {
    Map<String, Value> kept = new LinkedHashMap<>();
    for (Schema.Parameter parameter : call.schema().parameters()) {
      Value value = call.arguments().get(parameter.name());
      if (value != null && !LEFT_OUT.contains(parameter.type().replace("?", ""))) {
        kept.put(parameter.name(), value);
      }
    }
    return of(kept);
  }

  static Map<String, JsonElement> of(Map<String, Value> arguments) {
    Map<String, JsonElement> all = new LinkedHashMap<>();
    arguments.forEach((name, value) -> all.put(name, argument(value)));
    return all;
  }

  private static JsonElement argument(Value value) {
    if (value instanceof Tensor tensor) {
      return one("as_tensor", named("name", tensor.name()));
    }
    if (value instanceof Whole whole) {
      return whole.isKnown()
          ? one("as_int", new JsonPrimitive(whole.numbers()[0]))
          : one("as_sym_int", named("as_name", whole.name()));
    }
    if (value instanceof Real real) {
      return one("as_float", new JsonPrimitive(real.number()));
    }
    if (value instanceof Truth truth) {
      return one("as_bool", new JsonPrimitive(truth.holds()));
    }
    if (value instanceof Text text) {
      return one("as_string", new JsonPrimitive(text.text()));
    }
    if (value instanceof Many many) {
      return list(many.items());
    }
    return one("as_none", new JsonPrimitive(true));
  }

  private static JsonElement list(List<Value> items) {
    if (items.stream().anyMatch(Tensor.class::isInstance)) {
      boolean all = items.stream().allMatch(Tensor.class::isInstance);
      JsonArray array = new JsonArray();
      for (Value item : items) {
        array.add(
            all && item instanceof Tensor tensor ? named("name", tensor.name()) : argument(item));
      }
      return one(all ? "as_tensors" : "as_optional_tensors", array);
    }
    JsonArray array = new JsonArray();
    boolean open = items.stream().anyMatch(item -> item instanceof Whole w && !w.isKnown());
    for (Value item : items) {
      array.add(
          open && item instanceof Whole whole && !whole.isKnown()
              ? named("as_name", whole.name())
              : open ? argument(item) : number(item));
    }
    boolean whole = items.stream().allMatch(Whole.class::isInstance);
    return one(open ? "as_sym_ints" : whole ? "as_ints" : "as_floats", array);
  }

  private static JsonElement number(Value item) {
    if (item instanceof Whole whole) {
      return new JsonPrimitive(whole.numbers()[0]);
    }
    if (item instanceof Real real) {
      return new JsonPrimitive(real.number());
    }
    throw new UnsupportedException("its code has a list of what is no number");
  }

  private static JsonObject one(String kind, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(kind, value);
    return object;
  }

  private static JsonObject named(String key, String name) {
    JsonObject object = new JsonObject();
    object.addProperty(key, name);
    return object;
  }
}
