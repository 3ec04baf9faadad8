package dev.limelight.onnx.pt2;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A .pt2 of PyTorch with something in it changed. */
final class RewrittenArchive {

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final String graph;

  RewrittenArchive(Path original) throws IOException {
    try (ZipFile zip = new ZipFile(original.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    graph =
        entries.keySet().stream()
            .filter(name -> name.matches(".*(models/.*|exported_program)\\.json"))
            .findFirst()
            .orElseThrow();
  }

  /** The folder of all entries, with its slash, or nothing. */
  String top() {
    return graph.contains("/") ? graph.substring(0, graph.indexOf('/') + 1) : "";
  }

  RewrittenArchive put(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  RewrittenArchive remove(String name) {
    if (entries.remove(name) == null) {
      throw new IllegalArgumentException("no entry " + name + " in " + entries.keySet());
    }
    return this;
  }

  byte[] bytes(String name) {
    byte[] bytes = entries.get(name);
    if (bytes == null) {
      throw new IllegalArgumentException("no entry " + name + " in " + entries.keySet());
    }
    return bytes;
  }

  /** Changes a JSON. */
  RewrittenArchive json(String name, Consumer<JsonObject> edit) {
    JsonObject json =
        JsonParser.parseString(new String(bytes(name), StandardCharsets.UTF_8)).getAsJsonObject();
    edit.accept(json);
    return put(name, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Changes the graph and its signature. */
  RewrittenArchive module(Consumer<JsonObject> edit) {
    return json(graph, json -> edit.accept(json.getAsJsonObject("graph_module")));
  }

  /** Changes the first node of an operator. */
  RewrittenArchive node(String operator, Consumer<JsonObject> edit) {
    return module(
        module -> {
          for (JsonElement each : module.getAsJsonObject("graph").getAsJsonArray("nodes")) {
            JsonObject node = each.getAsJsonObject();
            if (node.get("target").getAsString().endsWith("." + operator)) {
              edit.accept(node);
              return;
            }
          }
          throw new IllegalArgumentException("no " + operator);
        });
  }

  /** Replaces an argument of the first node of an operator. */
  RewrittenArchive argument(String operator, String name, String value) {
    return node(
        operator,
        node -> {
          JsonArray inputs = node.getAsJsonArray("inputs");
          JsonObject changed = null;
          for (JsonElement input : inputs) {
            if (input.getAsJsonObject().get("name").getAsString().equals(name)) {
              changed = input.getAsJsonObject();
            }
          }
          if (changed == null) {
            changed = new JsonObject();
            changed.addProperty("name", name);
            changed.addProperty("kind", 1);
            inputs.add(changed);
          }
          changed.add("arg", JsonParser.parseString(value));
        });
  }

  /** Changes what the archive says of a weight. */
  RewrittenArchive weight(String name, Consumer<JsonObject> edit) {
    return json(
        top() + "data/weights/model_weights_config.json",
        json -> edit.accept(json.getAsJsonObject("config").getAsJsonObject(name)));
  }

  Path write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  /** The graph's entry. */
  String graph() {
    return graph;
  }
}
