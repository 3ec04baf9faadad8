package dev.limelight.onnx.mxnet;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Makes a symbol node by node, and writes it as MXNet does, with random parameters. */
final class SymbolFiles {

  static final String DATA = "data";

  private final JsonArray nodes = new JsonArray();
  private final Map<String, Integer> positions = new HashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, float[]> values = new HashMap<>();
  private final Random random = new Random(1);
  private final List<String> heads = new ArrayList<>();

  SymbolFiles() {
    variable(DATA);
  }

  /** Adds a variable without values. */
  String variable(String name) {
    return add("null", name, Map.of());
  }

  /** Adds a parameter of values around a mean. */
  String parameter(String name, double mean, double spread, long... shape) {
    float[] numbers = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (mean + spread * random.nextGaussian());
    }
    shapes.put(name, shape);
    values.put(name, numbers);
    return variable(name);
  }

  /** Adds a node; {@code input:1} is the second output of an input. */
  String add(String operator, String name, Map<String, String> attributes, String... inputs) {
    JsonObject node = new JsonObject();
    node.addProperty("op", operator);
    node.addProperty("name", name);
    if (!attributes.isEmpty()) {
      JsonObject all = new JsonObject();
      attributes.forEach(all::addProperty);
      node.add("attrs", all);
    }
    JsonArray read = new JsonArray();
    for (String input : inputs) {
      read.add(entry(input));
    }
    node.add("inputs", read);
    positions.put(name, nodes.size());
    nodes.add(node);
    return name;
  }

  /** A convolution of kernel k, and of as many groups, without a bias. */
  String convolution(String name, String input, int from, int to, int k, int groups, int stride) {
    double spread = Math.sqrt(2.0 * groups / (from * k * k));
    String weight = parameter(name + "_weight", 0, spread, to, from / groups, k, k);
    return add(
        "Convolution",
        name,
        Map.of(
            "kernel",
            "(" + k + ", " + k + ")",
            "pad",
            "(" + k / 2 + ", " + k / 2 + ")",
            "stride",
            "(" + stride + ", " + stride + ")",
            "num_filter",
            String.valueOf(to),
            "num_group",
            String.valueOf(groups),
            "no_bias",
            "True"),
        input,
        weight);
  }

  String batchNorm(String name, String input, int channels, Map<String, String> attributes) {
    return add(
        "BatchNorm",
        name,
        attributes,
        input,
        parameter(name + "_gamma", 1, 0.2, channels),
        parameter(name + "_beta", 0, 0.2, channels),
        parameter(name + "_moving_mean", 0, 0.2, channels),
        parameter(name + "_moving_var", 1, 0.05, channels));
  }

  /** Global average pooling and a linear layer of ten classes. */
  String head(String input, int channels) {
    String pooled =
        add(
            "Pooling",
            "pool",
            Map.of("kernel", "(1, 1)", "pool_type", "avg", "global_pool", "True"),
            input);
    return dense("fc", add("Flatten", "flat", Map.of(), pooled), channels, Map.of());
  }

  String dense(String name, String input, int from, Map<String, String> more) {
    Map<String, String> attributes = new HashMap<>(more);
    attributes.put("num_hidden", "10");
    return add(
        "FullyConnected",
        name,
        attributes,
        input,
        parameter(name + "_weight", 0, 1 / Math.sqrt(from), 10, from),
        parameter(name + "_bias", 0, 0.1, 10));
  }

  private JsonArray entry(String input) {
    String[] parts = input.split(":");
    JsonArray entry = new JsonArray();
    entry.add(positions.get(parts[0]));
    entry.add(parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
    entry.add(0);
    return entry;
  }

  /** Writes both files; the path of the symbol. */
  Path write(Path folder, String... outputs) throws IOException {
    heads.addAll(List.of(outputs));
    JsonObject root = new JsonObject();
    root.add("nodes", nodes);
    JsonArray arguments = new JsonArray();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).getAsJsonObject().get("op").getAsString().equals("null")) {
        arguments.add(i);
      }
    }
    root.add("arg_nodes", arguments);
    JsonArray ends = new JsonArray();
    heads.forEach(head -> ends.add(entry(head)));
    root.add("heads", ends);
    JsonArray version = new JsonArray();
    version.add("int");
    version.add(10900);
    JsonObject attributes = new JsonObject();
    attributes.add("mxnet_version", version);
    root.add("attrs", attributes);
    Files.write(folder.resolve("net-0000.params"), parameters());
    return Files.writeString(folder.resolve("net-symbol.json"), root.toString());
  }

  private byte[] parameters() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(longs(0x112, 0, shapes.size()));
    for (Map.Entry<String, long[]> array : shapes.entrySet()) {
      long[] shape = array.getValue();
      out.write(integers(0xF993FAC9, 0, shape.length));
      out.write(longs(shape));
      out.write(integers(1, 0, 0));
      float[] numbers = values.get(array.getKey());
      ByteBuffer data = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
      data.asFloatBuffer().put(numbers);
      out.write(data.array());
    }
    out.write(longs(shapes.size()));
    for (String name : shapes.keySet()) {
      byte[] text =
          ((name.contains("moving") ? "aux:" : "arg:") + name).getBytes(StandardCharsets.UTF_8);
      out.write(longs(text.length));
      out.write(text);
    }
    return out.toByteArray();
  }

  private static byte[] longs(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  private static byte[] integers(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    return bytes.array();
  }
}
