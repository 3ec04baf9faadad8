package dev.limelight.onnx.translation;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.array.NativeArrays;
import dev.limelight.io.Hashes;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormat;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.cache.PrivateCache;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Compares a translated model with the original on the engine that its file is made for. */
@API(status = Status.INTERNAL)
public final class TranslationCheck {

  /** What logits may differ by, relative to the largest. */
  private static final double TOLERANCE = 1e-5;

  private static final String KIND = "translation";

  /** Larger constants are weights of the file. */
  private static final int LARGE = 1 << 12;

  /** Of pictures that networks are made for, where neither file says it. */
  private static final List<Integer> SIDES = List.of(32, 64, 28, 96, 128, 192, 256, 299);

  private TranslationCheck() {}

  /**
   * Whether nothing is left to compare: the engine of the file is not here, or the {@link
   * PrivateCache} remembers the same file with the same translation.
   *
   * @param graph what the file was translated to
   */
  public static boolean isKnown(Path file, ModelProto graph) throws IOException {
    NetworkFormat format = NetworkFormats.of(file).orElseThrow();
    EngineName engine = format.engines().get(0);
    return !engine.isInstalled()
        || PrivateCache.get(KIND, key(format.files(file), engine, graph)).isPresent()
        || !engine.isUsable();
  }

  /**
   * Checks that both give the same logits for two pictures of noise, of two sizes where the size is
   * open, and have the same layers, and lets the {@link PrivateCache} remember it.
   *
   * @param translated a loaded model that was made of the file, on the CPU
   * @param graph its graph
   * @throws IOException if they differ; one sentence
   */
  public static void check(Path file, Model translated, ModelProto graph) throws IOException {
    NetworkFormat format = NetworkFormats.of(file).orElseThrow();
    EngineName engine = format.engines().get(0);
    compare(file, format, translated);
    Map<String, String> key = key(format.files(file), engine, graph);
    PrivateCache.put(KIND, key, Map.of("same", "logits and layers"));
  }

  /** All that the comparison depends on: the graph's nodes, and the file for its weights. */
  private static Map<String, String> key(List<Path> files, EngineName engine, ModelProto graph)
      throws IOException {
    ModelProto.Builder nodes = graph.toBuilder();
    for (TensorProto.Builder weight : nodes.getGraphBuilder().getInitializerBuilderList()) {
      if (weight.getRawData().size() > LARGE) {
        weight.clearRawData();
      }
    }
    String version = TranslationCheck.class.getPackage().getImplementationVersion();
    return Map.of(
        "model",
        Hashes.sha256(files),
        "graph",
        Hashes.sha256(nodes.build().toByteArray()),
        "limelight",
        String.valueOf(version),
        "engine",
        engine + " " + engine.installedVersion(),
        "onnx",
        EngineName.ONNX_RUNTIME.version());
  }

  private static void compare(Path file, NetworkFormat format, Model translated)
      throws IOException {
    try (Model original = format.load(file, format.engines().get(0), Device.cpu())) {
      if (ModelMetadata.isChannelsLast(translated)) {
        ModelMetadata.setChannelsLast(original);
      }
      compare(original, translated);
    } catch (UnsupportedException | EngineException e) {
      throw new IOException(
          file
              + " was brought into an ONNX graph, and "
              + e.getMessage()
              + "; run it on "
              + format.engines().get(0).title(),
          e);
    }
  }

  /**
   * Checks that two loaded models give the same logits and have the same layers.
   *
   * @throws UnsupportedException if they differ
   */
  public static void compare(Model original, Model translated) {
    try (Network first = Network.of(original);
        Network second = Network.of(translated)) {
      Shape input = accepted(first, translated);
      compareLayers(first, second, input);
      compareLogits(first, second, input, new Random(0));
      Shape larger = new Shape(input.get(0), input.get(1) + 64, input.get(2) + 32);
      boolean open = NetworkFormats.input(translated).height() <= 0 && takes(first, larger);
      compareLogits(first, second, open ? larger : input, new Random(1));
    }
  }

  /** The size that the model says, or one that the original takes. */
  private static Shape accepted(Network original, Model translated) {
    Preprocessing size = Preprocessing.of(translated);
    Shape own = new Shape(size.channels(), size.height(), size.width());
    if (NetworkFormats.input(translated).height() > 0) {
      return own;
    }
    return Stream.concat(
            Stream.of(own), SIDES.stream().map(side -> new Shape(size.channels(), side, side)))
        .filter(shape -> takes(original, shape))
        .findFirst()
        .orElse(own);
  }

  private static boolean takes(Network original, Shape input) {
    try {
      logits(original, new float[Math.toIntExact(input.size())], input);
      return true;
    } catch (UnsupportedException e) {
      return false;
    }
  }

  private static void compareLayers(Network original, Network translated, Shape input) {
    Map<String, Shape> expected = layers(original, input);
    Map<String, Shape> found = layers(translated, input);
    if (!expected.equals(found)) {
      throw new UnsupportedException(
          "its layers are not those of the original: " + differing(expected, found));
    }
  }

  private static void compareLogits(
      Network original, Network translated, Shape input, Random random) {
    float[] values = new float[Math.toIntExact(input.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    double difference =
        difference(logits(original, values, input), logits(translated, values, input));
    if (!(difference <= TOLERANCE)) {
      throw new UnsupportedException(
          "its logits differ from the original's by "
              + String.format(Locale.ROOT, "%.1e", difference)
              + " of the largest"
              + (original.manager().getDevice().isGpu()
                  ? ", perhaps because the GPU rounds to TF32; NVIDIA_TF32_OVERRIDE=0 prevents it"
                  : ""));
    }
  }

  private static Map<String, Shape> layers(Network network, Shape input) {
    Map<String, Shape> layers = new LinkedHashMap<>();
    for (Layer layer : network.layers(input)) {
      layers.put(layer.path().name(), layer.shape());
    }
    return layers;
  }

  private static String differing(Map<String, Shape> expected, Map<String, Shape> found) {
    for (Map.Entry<String, Shape> layer : expected.entrySet()) {
      if (!layer.getValue().equals(found.get(layer.getKey()))) {
        return layer.getKey()
            + " has the shape "
            + found.get(layer.getKey())
            + ", and not "
            + layer.getValue();
      }
    }
    return found.keySet().stream()
            .filter(name -> !expected.containsKey(name))
            .findFirst()
            .orElse("")
        + " is new";
  }

  private static float[] logits(Network network, float[] values, Shape input) {
    try (SplitModel whole = network.whole();
        NDManager scope = network.manager().newSubManager()) {
      NDArray picture = NativeArrays.of(scope, values, new Shape(1).addAll(input));
      return whole.head(whole.features(picture)).toFloatArray();
    }
  }

  private static double difference(float[] expected, float[] found) {
    if (expected.length != found.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
