package dev.limelight.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Fixtures;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.method.Methods;
import dev.limelight.model.LayerPath;
import dev.limelight.target.Target;
import dev.limelight.torch.SafeTensorsText;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.TorchTensor.DataType;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** A network of make_zoo.py: its configuration, weights by the formula there, and its outputs. */
record HubCase(String name, JsonObject json) {

  static HubCase of(String name) throws IOException {
    return of(Fixtures.folder("zoo").resolve(name + ".json"));
  }

  static HubCase of(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return new HubCase(
          file.getFileName().toString(), JsonParser.parseReader(reader).getAsJsonObject());
    }
  }

  int side() {
    return json.get("side").getAsInt();
  }

  JsonObject config() {
    return json.getAsJsonObject("config");
  }

  /** The state dict without the counters, in its order. */
  Map<String, TorchTensor> tensors() {
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    json.getAsJsonObject("tensors")
        .asMap()
        .forEach(
            (tensor, shape) -> {
              if (!tensor.endsWith("num_batches_tracked")) {
                tensors.put(tensor, tensor(tensor, longs(shape.getAsJsonArray())));
              }
            });
    return tensors;
  }

  /** Writes config.json and model.safetensors. */
  Path write(Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), config().toString());
    SafeTensorsText.write(folder.resolve("model.safetensors"), tensors());
    return folder;
  }

  NDArray input(NDManager manager) {
    float[] values = new float[3 * side() * side()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * uniform("input", i));
    }
    return NativeArrays.of(manager, values, new Shape(1, 3, side(), side()));
  }

  /** The largest difference of the logits, as a share of the largest logit. */
  double logitError(Model model) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      float[] logits =
          model
              .getBlock()
              .forward(new ParameterStore(scope, false), new NDList(input(scope)), false)
              .head()
              .toFloatArray();
      return error(logits, floats(json.getAsJsonArray("logits")));
    }
  }

  /** The same of the logits and of Grad-CAM, at a layer or at the default one. */
  double mapError(Model model, String layer) {
    try (NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer =
            Explainer.builder()
                .setModel(model)
                .optLayer(
                    layer.isEmpty() ? new LayerPath[0] : new LayerPath[] {LayerPath.of(layer)})
                .build()) {
      Explanation map =
          explainer
              .explain(
                  Question.of(input(scope))
                      .methods(Methods.named("grad-cam"))
                      .targets(Target.of(json.get("target").getAsInt())))
              .get(0);
      JsonArray rows = json.getAsJsonArray("cam");
      float[] expected = new float[rows.size() * rows.get(0).getAsJsonArray().size()];
      int at = 0;
      for (var row : rows) {
        for (float value : floats(row.getAsJsonArray())) {
          expected[at++] = value;
        }
      }
      assertThat(map.map().width() * map.map().height()).as(name).isEqualTo(expected.length);
      return Math.max(
          error(map.logits(), floats(json.getAsJsonArray("logits"))),
          error(map.map().values(), expected));
    }
  }

  private static double error(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / largest;
  }

  private static float[] floats(JsonArray array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsFloat();
    }
    return values;
  }

  private static long[] longs(JsonArray array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsLong();
    }
    return values;
  }

  private static TorchTensor tensor(String name, long[] shape) {
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(4, size));
    double scale = scale(name, shape);
    double middle = middle(name, shape);
    int seed = seed(name);
    for (int i = 0; i < size; i++) {
      data.putFloat((float) (middle + scale * uniform(seed, i)));
    }
    return new TorchTensor(DataType.FLOAT32, shape, data.flip());
  }

  private static String kind(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static boolean isScale(String kind) {
    return kind.equals("gamma") || kind.startsWith("layer_scale");
  }

  private static double scale(String name, long[] shape) {
    String kind = kind(name);
    if (kind.equals("running_var") || isScale(kind)) {
      return 0.3;
    }
    if (name.contains("token") || kind.contains("pos")) {
      return 0.2;
    }
    if (kind.endsWith("weight")) {
      double inputs = Arrays.stream(shape).skip(1).asDoubleStream().reduce(1, (a, b) -> a * b);
      return shape.length > 1 ? Math.sqrt((shape.length == 4 ? 6 : 3) / inputs) : 0.2;
    }
    return 0.1;
  }

  private static double middle(String name, long[] shape) {
    String kind = kind(name);
    if (isScale(kind)) {
      return 0.5;
    }
    return kind.equals("running_var") || kind.equals("weight") && shape.length == 1 ? 1 : 0;
  }

  private static int seed(String name) {
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    return (int) sum.getValue();
  }

  private static double uniform(String name, int number) {
    return uniform(seed(name), number);
  }

  private static double uniform(int seed, int number) {
    int h = number * 0x9E3779B1 + seed;
    h ^= h >>> 15;
    h *= 0x85EBCA77;
    h ^= h >>> 13;
    return Integer.toUnsignedLong(h) / (double) (1L << 31) - 1;
  }
}
