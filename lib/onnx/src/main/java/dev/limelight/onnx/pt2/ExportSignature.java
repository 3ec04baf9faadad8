package dev.limelight.onnx.pt2;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the inputs and outputs of an exported graph are.
 *
 * @param weights the inputs that are weights
 * @param pictures the inputs that the user gives
 * @param outputs the results that the user gets, the logits first
 */
record ExportSignature(Map<String, Weight> weights, List<String> pictures, List<String> outputs) {

  /**
   * A weight of the program.
   *
   * @param name such as "layer4.1.conv2.weight"
   * @param inStateDict whether it is in the state dict, and not among the constants
   */
  record Weight(String name, boolean inStateDict) {}

  /** The name that models give to their logits where they have several results. */
  private static final String LOGITS = "logits";

  static ExportSignature of(JsonObject module) {
    JsonObject signature = Json.object(module, "signature");
    Map<String, Weight> weights = new LinkedHashMap<>();
    List<String> pictures = new ArrayList<>();
    for (JsonElement spec : Json.array(signature, "input_specs")) {
      Map.Entry<String, JsonElement> choice = Json.choice(spec);
      JsonObject value = Json.object(choice.getValue());
      switch (choice.getKey()) {
        case "user_input" -> {
          String name = ExportGraph.names(value.get("arg")).get(0);
          if (!name.isEmpty()) {
            pictures.add(name);
          }
        }
        case "parameter" -> put(weights, value, "parameter_name", true);
        case "buffer" -> {
          boolean persistent =
              !Json.isThere(value, "persistent") || value.get("persistent").getAsBoolean();
          put(weights, value, "buffer_name", persistent);
        }
        case "tensor_constant" -> put(weights, value, "tensor_constant_name", false);
        // A number that was fixed, or what keeps operators in their order.
        case "constant_input", "token" -> {}
        default ->
            throw new UnsupportedException(
                "it has an input of the kind "
                    + Names.printable(choice.getKey())
                    + ", which is no tensor");
      }
    }
    return new ExportSignature(weights, pictures, outputs(module, signature));
  }

  private static void put(
      Map<String, Weight> weights, JsonObject value, String key, boolean inStateDict) {
    String name = ExportGraph.name(Json.text(Json.object(value, "arg"), "name"));
    weights.put(name, new Weight(Json.text(value, key), inStateDict));
  }

  private static List<String> outputs(JsonObject module, JsonObject signature) {
    List<String> all = new ArrayList<>();
    for (JsonElement spec : Json.array(signature, "output_specs")) {
      Map.Entry<String, JsonElement> choice = Json.choice(spec);
      JsonObject value = Json.object(choice.getValue());
      switch (choice.getKey()) {
        case "user_output" -> all.add(ExportGraph.names(value.get("arg")).get(0));
        // Who gave the picture would see it changed, but the result is the same.
        case "token", "user_input_mutation" -> {}
        case "buffer_mutation" ->
            throw new UnsupportedException(
                "it changes its buffer '"
                    + Names.printable(Json.text(value, "buffer_name", ""))
                    + "' whenever it runs, as in training; export the model in eval()");
        default ->
            throw new UnsupportedException(
                "it has an output of the kind "
                    + Names.printable(choice.getKey())
                    + "; export the model in eval(), without a loss");
      }
    }
    int logits = keys(module).indexOf(LOGITS);
    if (logits > 0 && logits < all.size()) {
      all.add(0, all.remove(logits));
    }
    return all.stream().filter(name -> !name.isEmpty()).toList();
  }

  /** The keys of a dict that the program gives, or none. */
  private static List<String> keys(JsonObject module) {
    try {
      JsonObject call = Json.object(Json.array(module, "module_call_graph").get(0));
      JsonArray spec =
          JsonParser.parseString(Json.text(Json.object(call, "signature"), "out_spec"))
              .getAsJsonArray();
      JsonObject tree = spec.get(1).getAsJsonObject();
      List<String> keys = new ArrayList<>();
      JsonParser.parseString(tree.get("context").getAsString())
          .getAsJsonArray()
          .forEach(key -> keys.add(Names.onOneLine(key.getAsString())));
      for (JsonElement child : tree.getAsJsonArray("children_spec")) {
        if (!child.getAsJsonObject().getAsJsonArray("children_spec").isEmpty()) {
          return List.of();
        }
      }
      return keys;
    } catch (JsonParseException
        | IllegalStateException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | ClassCastException
        | NullPointerException
        | UnsupportedOperationException e) {
      // It gives a tensor, or a structure of another kind; the first of its tensors is taken.
      return List.of();
    }
  }
}
