package dev.limelight.bench.symbol;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;

/** Writes the JSON of an MXNet symbol, node by node. */
public final class SymbolWriter {

  private final JsonArray nodes = new JsonArray();
  private final JsonArray arguments = new JsonArray();

  /** Adds a variable; returns its number. */
  public int variable(String name) {
    arguments.add(nodes.size());
    return node("null", name, Map.of());
  }

  /** Adds an operator; returns its number. */
  public int node(String operator, String name, Map<String, String> attributes, int... inputs) {
    JsonObject node = new JsonObject();
    node.addProperty("op", operator);
    node.addProperty("name", name);
    JsonObject attrs = new JsonObject();
    attributes.forEach(attrs::addProperty);
    node.add("attrs", attrs);
    JsonArray list = new JsonArray();
    for (int input : inputs) {
      list.add(entry(input));
    }
    node.add("inputs", list);
    nodes.add(node);
    return nodes.size() - 1;
  }

  /** The symbol whose output is that node. */
  public String json(int output) {
    JsonObject root = new JsonObject();
    root.add("nodes", nodes);
    root.add("arg_nodes", arguments);
    JsonArray rows = new JsonArray();
    for (int i = 0; i <= nodes.size(); i++) {
      rows.add(i);
    }
    root.add("node_row_ptr", rows);
    JsonArray heads = new JsonArray();
    heads.add(entry(output));
    root.add("heads", heads);
    JsonArray version = new JsonArray();
    version.add("int");
    version.add(10900);
    JsonObject attrs = new JsonObject();
    attrs.add("mxnet_version", version);
    root.add("attrs", attrs);
    return root.toString();
  }

  private static JsonArray entry(int node) {
    JsonArray entry = new JsonArray();
    entry.add(node);
    entry.add(0);
    entry.add(0);
    return entry;
  }
}
