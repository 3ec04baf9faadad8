package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.Gradients;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.GradientSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Explains every network written by src/main/python/onnx_models.py and exported_models.py, and
 * compares logits, gradients and Grad-CAM with those of PyTorch. Differences are relative: the
 * length of the difference of two arrays by that of PyTorch's.
 */
public final class FormatsBench {

  /** The class whose logit the script differentiates. */
  private static final String SCORE = ":, 7";

  /** Arrays that differ by less are outputs of the same layer. */
  private static final double SAME_LAYER = 1e-3;

  /** The table of each format in the report, and its files after the name of a network. */
  private static final Map<String, List<String>> FORMATS =
      new TreeMap<>(
          Map.of(
              "onnx", List.of("dynamo.onnx", "script.onnx"),
              "pt2", List.of("saved.pt2", "decomposed.pt2")));

  private FormatsBench() {}

  /**
   * Runs the benchmark.
   *
   * @param args the folder of the networks, and a Markdown file for the tables
   */
  public static void main(String[] args) throws IOException {
    List<Path> networks;
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      networks = files.filter(f -> f.toString().endsWith(".npz")).sorted().toList();
    }
    for (Map.Entry<String, List<String>> format : FORMATS.entrySet()) {
      List<String> lines = table(networks, format.getValue());
      if (!lines.isEmpty()) {
        new Report(Path.of(args[1])).write(format.getKey(), lines);
      }
    }
  }

  private static List<String> table(List<Path> networks, List<String> endings) throws IOException {
    Table table =
        new Table(
            2,
            "network",
            endings.contains("saved.pt2") ? "graph" : "exporter",
            "nodes + gradient",
            "written in, s",
            "logits",
            "gradient",
            "PyTorch's own gradient, float32",
            "layer",
            "Grad-CAM");
    boolean any = false;
    try (NDManager manager = EngineName.PYTORCH.engine().newBaseManager()) {
      for (Path expected : networks) {
        String name = expected.getFileName().toString().replace(".npz", "");
        for (String ending : endings) {
          Path file = expected.resolveSibling(name + "-" + ending);
          if (Files.exists(file)) {
            any = true;
            try (NDManager scope = manager.newSubManager();
                InputStream in = Files.newInputStream(expected)) {
              String exporter = ending.replaceFirst("\\.\\w+$", "");
              row(table, name, exporter, file, NDList.decode(scope, in));
            }
            System.out.println(table.lines().get(table.lines().size() - 1));
          }
        }
      }
    }
    return any ? table.lines() : List.of();
  }

  private static void row(Table table, String name, String exporter, Path file, NDList expected)
      throws IOException {
    try (Model model = ModelFile.of(file).load();
        Network network = Network.of(model)) {
      GradientSize size = GradientSize.of(file);
      NDArray x = expected.get("input");
      Gradients ours = gradients(network, x);
      NDArray gradient = expected.get("gradient");
      Layer layer = network.defaultLayer(x.getShape().slice(1), null);
      table.row(
          name,
          exporter,
          size.nodes() + " + " + size.added(),
          String.format(Locale.ROOT, "%.2f", size.seconds()),
          shown(difference(ours.logits(), expected.get("logits"))),
          shown(difference(ours.perScore().get(0), gradient)),
          shown(difference(expected.get("gradient32"), gradient)),
          described(layer),
          gradCam(network, layer, expected));
    } catch (EngineException | IllegalArgumentException | IOException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
      table.row(name, exporter, "refused", "-", "-", "-", "-", reason.replace("|", "/"), "-");
    }
  }

  private static Gradients gradients(Network network, NDArray x) {
    try (SplitModel whole = network.whole()) {
      return whole.gradients(whole.features(x), logits -> new NDList(logits.get(SCORE)));
    }
  }

  private static String described(Layer layer) {
    Shape shape = layer.shape();
    return layer.path() + " " + shape.get(1) + "x" + shape.get(2) + "x" + shape.get(3);
  }

  /** The difference of the maps, if PyTorch's map is of the same layer. */
  private static String gradCam(Network network, Layer layer, NDList expected) {
    try (SplitModel split = network.split(layer.path())) {
      Cut cut = split.features(expected.get("input"));
      NDArray activations = cut.activations();
      double nearest = SAME_LAYER;
      String shown = "-";
      for (NDArray features : expected) {
        String name = String.valueOf(features.getName());
        if (name.startsWith("features_") && features.getShape().equals(activations.getShape())) {
          double distance = difference(activations, features);
          if (distance < nearest) {
            nearest = distance;
            NDArray gradient =
                split.gradients(cut, logits -> new NDList(logits.get(SCORE))).perScore().get(0);
            long locations = gradient.getShape().slice(2).size();
            NDArray weights = gradient.sum(new int[] {2, 3}, true).div(locations);
            NDArray map = weights.mul(activations).sum(new int[] {1});
            shown = shown(difference(map, expected.get(name.replace("features_", "map_"))));
          }
        }
      }
      return shown;
    }
  }

  private static String shown(double difference) {
    return String.format(Locale.ROOT, "%.1e", difference);
  }

  private static double difference(NDArray actual, NDArray expected) {
    float[] a = actual.toFloatArray();
    float[] b = expected.toFloatArray();
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "shape " + actual.getShape() + " where PyTorch gives " + expected.getShape());
    }
    double between = 0;
    double length = 0;
    for (int i = 0; i < a.length; i++) {
      double apart = (double) a[i] - b[i];
      between += apart * apart;
      length += (double) b[i] * b[i];
    }
    return Math.sqrt(between / length);
  }
}
