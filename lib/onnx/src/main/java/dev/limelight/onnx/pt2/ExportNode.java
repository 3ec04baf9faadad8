package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.io.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A node of an exported graph.
 *
 * @param name that of its first output
 * @param operator such as "conv2d.default" of PyTorch's own operators, or a whole name of others
 * @param arguments by name; those that have their default are left out
 * @param outputs the names of what it gives; "" for nothing
 * @param module the innermost module that it is in, such as "layer4.1.conv2", or ""
 */
@API(status = Status.INTERNAL)
public record ExportNode(
    String name,
    String operator,
    Map<String, JsonElement> arguments,
    List<String> outputs,
    String module) {

  /** A mark in the list of nodes: what a tensor holds at this place is the output of a layer. */
  static final String LAYER = "limelight.layer";

  /** Copies the collections. */
  public ExportNode {
    arguments = new LinkedHashMap<>(arguments);
    outputs = List.copyOf(outputs);
  }

  /**
   * Says that what a tensor holds at this place is the output of a layer.
   *
   * @param path the name of the layer
   */
  public static ExportNode layer(String path, String tensor) {
    JsonObject name = new JsonObject();
    name.addProperty("name", tensor);
    JsonObject argument = new JsonObject();
    argument.add("as_tensor", name);
    return new ExportNode(path, LAYER, Map.of("self", argument), List.of(), path);
  }

  /** For a message. */
  String described() {
    return Names.quoted(operator) + " (node " + Names.quoted(name) + ")";
  }
}
