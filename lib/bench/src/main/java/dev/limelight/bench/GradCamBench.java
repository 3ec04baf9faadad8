package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import dev.limelight.Explainer;
import dev.limelight.Target;
import dev.limelight.cam.GradCam;
import dev.limelight.model.ModelFile;
import dev.limelight.zoo.EfficientNetLite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Grad-CAM at the last layer beside the user's own plain forward and beside Python's libraries, one
 * picture of 224x224. Prints tables, and writes them into the file that is given.
 */
public final class GradCamBench {

  private static final String OURS = "Limelight, TorchScript";

  private GradCamBench() {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the tables; the folder of TorchScript models; Python; the
   *     script of its libraries
   */
  public static void main(String[] args) throws IOException {
    Report report = new Report(Path.of(args[0]));
    Path models = Path.of(args[1]);
    List<String> rows = new ArrayList<>();
    rows.add("| network | plain forward, ms | Grad-CAM, ms | ratio | wanted |");
    rows.add("|---|---:|---:|---:|---:|");
    rows.add(row("ResNet-50, MXNet symbol, alone in a fresh process", ResNet50.symbol(), 0.8));
    rows.add(row("ResNet-50, DJL blocks on MXNet", ResNet50.blocks("MXNet"), 1.15));
    rows.add(row("EfficientNet-Lite0, DJL blocks on MXNet", lite0("MXNet"), 1.15));
    rows.add(row("ResNet-50, DJL blocks on PyTorch", ResNet50.blocks("PyTorch"), 1.15));
    rows.add(row("ResNet-50, TorchScript", file(models, "resnet50"), 1.15));
    rows.add(row("EfficientNet-Lite0, DJL blocks on PyTorch", lite0("PyTorch"), 1.15));
    rows.add(row("EfficientNet-Lite0, TorchScript", file(models, "efficientnet-lite0"), 1.15));
    rows.add(row("ResNet-50, MXNet symbol, after the others", ResNet50.symbol(), 0.8));
    report.write("grad-cam", rows);
    report.write("peers", peers(models, Path.of(args[2]), Path.of(args[3])));
  }

  private static Model lite0(String engine) throws IOException {
    return EfficientNetLite.lite0().load(engine);
  }

  private static Model file(Path models, String name) throws IOException {
    return ModelFile.of(models.resolve(name + ".pt")).load();
  }

  private static String row(String name, Model network, double wanted) {
    try (Model model = network;
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray picture = manager.randomNormal(new Shape(1, 3, 224, 224));
      Map<String, Double> times =
          new Stopwatch()
              .add("forward", () -> forward(model, picture))
              .add("grad-cam", () -> explainer.explain(picture, new GradCam(), Target.top()))
              .run(10, 40);
      double forward = times.get("forward");
      double gradCam = times.get("grad-cam");
      return String.format(
          Locale.ROOT,
          "| %s | %.1f | %.1f | %.2f | %.2f |",
          name,
          forward,
          gradCam,
          gradCam / forward,
          wanted);
    }
  }

  /** The same weights in Python's libraries, turn by turn with ours. */
  private static List<String> peers(Path models, Path python, Path script) throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add("| network | who | ms | of Limelight on TorchScript |");
    rows.add("|---|---|---:|---:|");
    for (String name : List.of("resnet50", "efficientnet-lite0")) {
      try (Model model = file(models, name);
          NDManager manager = model.getNDManager().newSubManager();
          Explainer explainer = Explainer.of(model);
          Peers peers = new Peers(python, script, name)) {
        NDArray picture = manager.randomNormal(new Shape(1, 3, 224, 224));
        Stopwatch watch = new Stopwatch().add("plain forward, Python", () -> peers.turn("forward"));
        for (String peer : Peers.NAMES) {
          watch.add(peer, () -> peers.turn(peer));
        }
        watch.add(OURS, () -> explainer.explain(picture, new GradCam(), Target.top()));
        Map<String, Double> times = watch.run(10, 30);
        times.forEach(
            (who, time) ->
                rows.add(
                    String.format(
                        Locale.ROOT,
                        "| %s | %s | %.1f | %.2f |",
                        name,
                        who,
                        time,
                        time / times.get(OURS))));
      }
    }
    return rows;
  }

  /** The user's own way of running a model. */
  static float[] forward(Model model, NDArray picture) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDArray input = picture.stopGradient();
      input.attach(scope);
      return model
          .getBlock()
          .forward(new ParameterStore(scope, false), new NDList(input), false)
          .head()
          .toFloatArray();
    }
  }
}
