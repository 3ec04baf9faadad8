package dev.limelight.onnx.pt2;

import com.google.gson.JsonElement;
import dev.limelight.io.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of an exported graph.
 *
 * @param name that of its first output
 * @param operator such as "conv2d.default" of PyTorch's own operators, or a whole name of others
 * @param arguments by name; those that have their default are left out
 * @param outputs the names of what it gives; "" for nothing
 * @param module the innermost module that it is in, such as "layer4.1.conv2", or ""
 */
record ExportNode(
    String name,
    String operator,
    Map<String, JsonElement> arguments,
    List<String> outputs,
    String module) {

  /** Copies the collections. */
  ExportNode {
    arguments = new LinkedHashMap<>(arguments);
    outputs = List.copyOf(outputs);
  }

  /** For a message. */
  String described() {
    return Names.quoted(operator) + " (node " + Names.quoted(name) + ")";
  }
}
