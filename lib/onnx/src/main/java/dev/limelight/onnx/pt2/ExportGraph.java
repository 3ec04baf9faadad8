package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The graph of an exported program.
 *
 * @param inputs the names of all that it is given, weights among them
 * @param nodes in the order of computation
 * @param tensors what is known of each tensor, by name
 * @param outputs the names of its results; "" for a result that is no tensor
 */
@API(status = Status.INTERNAL)
public record ExportGraph(
    List<String> inputs,
    List<ExportNode> nodes,
    Map<String, TensorMeta> tensors,
    List<String> outputs) {

  private static final int MOST_NODES = 100_000;

  private static final String ATEN = "torch.ops.aten.";

  /** Copies the collections. */
  public ExportGraph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    tensors = Map.copyOf(tensors);
    outputs = List.copyOf(outputs);
  }

  static ExportGraph of(JsonObject graph) {
    int count = Json.array(graph, "nodes").size();
    if (count > MOST_NODES) {
      throw new UnsupportedException(
          "its graph has "
              + count
              + " nodes, and at most "
              + MOST_NODES
              + " are read; no picture network needs as many");
    }
    Map<String, TensorMeta> tensors = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : Json.object(graph, "tensor_values").entrySet()) {
      tensors.put(name(entry.getKey()), TensorMeta.of(Json.object(entry.getValue())));
    }
    List<ExportNode> nodes = new ArrayList<>();
    for (JsonElement node : Json.array(graph, "nodes")) {
      nodes.add(node(Json.object(node)));
    }
    List<String> inputs = new ArrayList<>();
    Json.array(graph, "inputs").forEach(input -> inputs.addAll(names(input)));
    List<String> outputs = new ArrayList<>();
    Json.array(graph, "outputs").forEach(output -> outputs.addAll(names(output)));
    return new ExportGraph(inputs, nodes, tensors, outputs);
  }

  private static ExportNode node(JsonObject node) {
    Map<String, JsonElement> arguments = new LinkedHashMap<>();
    for (JsonElement input : Json.array(node, "inputs")) {
      JsonObject argument = Json.object(input);
      // The inputs of a graph inside this one have no names.
      String name = Json.text(argument, "name", "");
      arguments.put(
          name.isEmpty() ? String.valueOf(arguments.size()) : name, Json.object(argument, "arg"));
    }
    List<String> outputs = new ArrayList<>();
    Json.array(node, "outputs").forEach(output -> outputs.addAll(names(output)));
    String target = Json.text(node, "target");
    String first = outputs.stream().filter(name -> !name.isEmpty()).findFirst().orElse("");
    JsonObject metadata = Json.isThere(node, "metadata") ? Json.object(node, "metadata") : node;
    return new ExportNode(
        Json.text(node, "name", first),
        target.startsWith(ATEN) ? target.substring(ATEN.length()) : target,
        arguments,
        outputs,
        ModulePath.of(Json.text(metadata, "nn_module_stack", "")));
  }

  /** The names in an argument that is a tensor, a size, or a list of them. */
  static List<String> names(JsonElement argument) {
    Map.Entry<String, JsonElement> choice = Json.choice(argument);
    JsonElement value = choice.getValue();
    switch (choice.getKey()) {
      case "as_tensor", "as_custom_obj":
        return List.of(name(Json.text(Json.object(value), "name")));
      case "as_sym_int", "as_sym_bool", "as_sym_float", "as_optional_tensor":
        JsonObject one = Json.object(value);
        if (one.has("as_tensor")) {
          return names(one);
        }
        return List.of(one.has("as_name") ? name(Json.text(one, "as_name")) : "");
      case "as_tensors", "as_optional_tensors", "as_sym_ints":
        List<String> names = new ArrayList<>();
        for (JsonElement element : Json.array(value, choice.getKey())) {
          JsonObject each = Json.object(element);
          names.addAll(each.has("name") ? List.of(name(Json.text(each, "name"))) : names(each));
        }
        return names;
      default:
        return List.of("");
    }
  }

  /** A name that is a word of Python, as all in an exported graph are. */
  static String name(String text) {
    if (!text.matches("[\\w.$]{1,500}")) {
      throw Json.malformed("the name '" + Names.printable(text) + "'");
    }
    return text;
  }
}
