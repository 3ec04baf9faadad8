package dev.limelight.onnx.pt2;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Gradients;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs that src/test/python/make_pt2.py wrote, and what PyTorch computed of them. */
final class Pt2Fixture {

  private static final Path FOLDER = Path.of("src", "test", "resources", "pt2");

  private Pt2Fixture() {}

  static Path file(String name) {
    return FOLDER.resolve(name);
  }

  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".pt2")).sorted().toList();
    }
  }

  /**
   * How far logits and the gradient of the picture are from PyTorch's, the larger of both relative
   * differences.
   *
   * @param program a file
   * @param name of the network in it
   */
  static double difference(Path program, String name) throws IOException {
    JsonObject expected =
        JsonParser.parseString(Files.readString(file(name + ".json"))).getAsJsonObject();
    float[] shape = numbers(expected, "shape");
    try (Model model = ModelFile.of(program).load();
        Network network = Network.of(model);
        NDManager arrays = network.manager().newSubManager();
        SplitModel whole = network.whole()) {
      long[] lengths = new long[shape.length];
      for (int i = 0; i < shape.length; i++) {
        lengths[i] = (long) shape[i];
      }
      NDArray picture = NativeArrays.of(arrays, numbers(expected, "picture"), new Shape(lengths));
      Gradients found =
          whole.gradients(whole.features(picture), logits -> new NDList(logits.get(":, 1")));
      return Math.max(
          difference(found.logits().toFloatArray(), numbers(expected, "logits")),
          difference(found.perScore().get(0).toFloatArray(), numbers(expected, "gradient")));
    }
  }

  private static float[] numbers(JsonObject expected, String key) {
    JsonArray values = expected.getAsJsonArray(key);
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).getAsFloat();
    }
    return numbers;
  }

  private static double difference(float[] found, float[] expected) {
    if (found.length != expected.length) {
      return Double.POSITIVE_INFINITY;
    }
    double between = 0;
    double length = 0;
    for (int i = 0; i < found.length; i++) {
      double apart = (double) found[i] - expected[i];
      between += apart * apart;
      length += (double) expected[i] * expected[i];
    }
    return Math.sqrt(between / length);
  }
}
