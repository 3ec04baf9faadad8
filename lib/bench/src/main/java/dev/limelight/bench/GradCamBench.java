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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Grad-CAM at the last layer beside the user's own plain forward, ResNet-50 at 224x224. Prints a
 * table, and writes it into the file that is given, between its two markers.
 */
public final class GradCamBench {

  private GradCamBench() {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the tables
   */
  public static void main(String[] args) throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add("| network | plain forward, ms | Grad-CAM, ms | ratio | wanted |");
    rows.add("|---|---:|---:|---:|---:|");
    rows.add(row("ResNet-50, MXNet symbol, alone in a fresh process", ResNet50::symbol, 0.8));
    rows.add(row("ResNet-50, DJL blocks on MXNet", () -> ResNet50.blocks("MXNet"), 1.15));
    rows.add(row("ResNet-50, DJL blocks on PyTorch", () -> ResNet50.blocks("PyTorch"), 1.15));
    rows.add(row("ResNet-50, MXNet symbol, after the others", ResNet50::symbol, 0.8));
    new Report(Path.of(args[0])).write("grad-cam", rows);
  }

  private static String row(String name, Supplier<Model> network, double wanted) {
    try (Model model = network.get();
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

  private static void forward(Model model, NDArray picture) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDArray input = picture.stopGradient();
      input.attach(scope);
      model
          .getBlock()
          .forward(new ParameterStore(scope, false), new NDList(input), false)
          .head()
          .toFloatArray();
    }
  }
}
