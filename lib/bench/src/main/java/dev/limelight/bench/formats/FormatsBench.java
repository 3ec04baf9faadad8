package dev.limelight.bench.formats;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.bench.OwnProcess;
import dev.limelight.bench.Report;
import dev.limelight.bench.Table;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.Gradients;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.GradientSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Explains every network written by src/main/python/onnx_models.py, exported_models.py and
 * hub_models.py, and compares logits, gradients and Grad-CAM with those of PyTorch. Differences are
 * relative: the length of the difference of two arrays by that of PyTorch's.
 */
public final class FormatsBench {

  /** The class whose logit the script differentiates. */
  private static final String SCORE = ":, 7";

  /** The networks in one format. */
  private enum Format {
    hub("engine", "mxnet", "pytorch"),
    onnx("exporter", "dynamo", "script"),
    pt2("graph", "saved", "decomposed");

    /** What a network is there in two of. */
    private final String kind;

    private final List<String> kinds;

    Format(String kind, String... kinds) {
      this.kind = kind;
      this.kinds = List.of(kinds);
    }

    Path file(Path folder, String network, String of) {
      return folder.resolve(this == hub ? network + "-hub" : network + "-" + of + "." + this);
    }

    EngineName engine(String of) {
      return this != hub
          ? EngineName.ONNX_RUNTIME
          : of.equals("mxnet") ? EngineName.MXNET : EngineName.PYTORCH;
    }

    Table table() {
      return this == hub
          ? new Table(
              2,
              "network",
              kind,
              "logits",
              "gradient",
              "PyTorch's own gradient, float32",
              "layer",
              "Grad-CAM")
          : new Table(
              2,
              "network",
              kind,
              "nodes + gradient",
              "written in, s",
              "logits",
              "gradient",
              "PyTorch's own gradient, float32",
              "layer",
              "Grad-CAM");
    }
  }

  private FormatsBench() {}

  /**
   * Runs the benchmark. Each network has its own process, so that all its memory is free for the
   * next.
   *
   * @param args the folder of the networks, and a Markdown file for the tables; or the folder, a
   *     format and a network for its rows alone
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    if (args.length == 3) {
      rows(Format.valueOf(args[1]), folder, args[2]).forEach(System.out::println);
      return;
    }
    List<String> networks;
    try (Stream<Path> files = Files.list(folder)) {
      networks =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".npz"))
              .map(file -> file.replace(".npz", ""))
              .sorted()
              .toList();
    }
    for (Format format : Format.values()) {
      List<String> lines = new ArrayList<>(format.table().lines());
      int head = lines.size();
      for (String network : networks) {
        if (format.kinds.stream().anyMatch(of -> Files.exists(format.file(folder, network, of)))) {
          lines.addAll(inItsOwnProcess(format, folder, network));
        }
      }
      if (lines.size() > head) {
        new Report(Path.of(args[1])).write(format.name(), lines);
      }
    }
  }

  private static List<String> inItsOwnProcess(Format format, Path folder, String network) {
    try {
      List<String> rows =
          OwnProcess.lines(FormatsBench.class, List.of(), folder.toString(), format.name(), network)
              .stream()
              .filter(line -> line.startsWith("| "))
              .toList();
      rows.forEach(System.out::println);
      return rows;
    } catch (IOException e) {
      String cells = " | -".repeat(format == Format.hub ? 4 : 6);
      return List.of("| " + network + " | - " + cells + " | its process failed |");
    }
  }

  private static List<String> rows(Format format, Path folder, String network) throws IOException {
    Table table = format.table();
    int head = table.lines().size();
    for (String of : format.kinds) {
      Path file = format.file(folder, network, of);
      if (!Files.exists(file)) {
        continue;
      }
      EngineName engine = format.engine(of);
      // ONNX Runtime has no arrays of its own to compute differences with.
      EngineName arrays = engine == EngineName.ONNX_RUNTIME ? EngineName.PYTORCH : engine;
      try (NDManager manager = arrays.engine().newBaseManager()) {
        NDList expected = Reference.read(manager, folder.resolve(network + ".npz")).arrays();
        table.row(row(format, network, of, file, expected).toArray());
      }
    }
    return table.lines().subList(head, table.lines().size());
  }

  private static List<Object> row(
      Format format, String name, String of, Path file, NDList expected) {
    List<Object> row = new ArrayList<>(List.of(name, of));
    try (Model model = new ModelFile(file, format.engine(of)).load();
        Network network = Network.of(model)) {
      if (format != Format.hub) {
        GradientSize size = GradientSize.of(file);
        row.add(size.nodes() + " + " + size.added());
        row.add(String.format(Locale.ROOT, "%.2f", size.seconds()));
      }
      NDArray x = expected.get("input");
      Gradients ours = gradients(network, x);
      NDArray gradient = expected.get("gradient");
      Layer layer = network.defaultLayer(x.getShape().slice(1), null);
      row.add(shown(difference(ours.logits(), expected.get("logits"))));
      row.add(shown(difference(ours.perScore().get(0), gradient)));
      row.add(shown(difference(expected.get("gradient32"), gradient)));
      row.add(described(layer));
      row.add(gradCam(network, layer, expected));
      return row;
    } catch (EngineException | IllegalArgumentException | IOException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
      List<Object> refused = new ArrayList<>(List.of(name, of, "refused"));
      refused.addAll(Collections.nCopies(format == Format.hub ? 2 : 4, "-"));
      refused.addAll(List.of(reason.replace("|", "/"), "-"));
      return refused;
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
      double nearest = Reference.SAME_LAYER;
      String shown = "-";
      for (NDArray features : expected) {
        String name = String.valueOf(features.getName());
        if (name.startsWith(Reference.FEATURES)
            && features.getShape().equals(activations.getShape())) {
          double distance = difference(activations, features);
          if (distance < nearest) {
            nearest = distance;
            NDArray gradient =
                split.gradients(cut, logits -> new NDList(logits.get(SCORE))).perScore().get(0);
            long locations = gradient.getShape().slice(2).size();
            NDArray weights = gradient.sum(new int[] {2, 3}, true).div(locations);
            NDArray map = weights.mul(activations).sum(new int[] {1});
            shown =
                shown(
                    difference(map, expected.get(name.replace(Reference.FEATURES, Reference.MAP))));
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
    return Reference.difference(actual.toFloatArray(), expected.toFloatArray());
  }
}
