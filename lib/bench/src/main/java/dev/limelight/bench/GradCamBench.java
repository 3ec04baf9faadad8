package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import dev.limelight.Explainer;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.target.Target;
import dev.limelight.zoo.EfficientNetLite;
import java.io.IOException;
import java.util.List;

/**
 * Grad-CAM of one picture at the last layer, compared with the user's own plain forward pass and
 * with Python's libraries. Prints tables and writes them into the given file.
 */
public final class GradCamBench {

  private static final String OURS = "Limelight, TorchScript";

  private static final Method SPOTLIGHT = Methods.named("spotlight");

  private static final Method GRAD_SPOTLIGHT = Methods.named("grad-spotlight");

  private GradCamBench() {}

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    Report report = new Report(setting.report());
    Table table = new Table(1, "network", "plain forward, ms", "Grad-CAM, ms", "ratio", "target");
    Table spotlights =
        new Table(
            1,
            "network",
            "plain forward, ms",
            "spotlight, ms",
            "ratio",
            "grad-spotlight, ms",
            "its ratio");
    row(
        table,
        spotlights,
        "ResNet-50, MXNet symbol, alone in a fresh process",
        ResNet50.symbol(),
        0.8);
    row(
        table,
        spotlights,
        "ResNet-50, DJL blocks on MXNet",
        ResNet50.blocks(EngineName.MXNET),
        1.15);
    row(
        table,
        spotlights,
        "EfficientNet-Lite0, DJL blocks on MXNet",
        lite0(EngineName.MXNET),
        1.15);
    row(
        table,
        spotlights,
        "ResNet-50, DJL blocks on PyTorch",
        ResNet50.blocks(EngineName.PYTORCH),
        1.15);
    row(table, spotlights, "ResNet-50, TorchScript", setting.torchScript("resnet50"), 1.15);
    row(
        table,
        spotlights,
        "EfficientNet-Lite0, DJL blocks on PyTorch",
        lite0(EngineName.PYTORCH),
        1.15);
    row(
        table,
        spotlights,
        "EfficientNet-Lite0, TorchScript",
        setting.torchScript("efficientnet-lite0"),
        1.15);
    row(table, spotlights, "ResNet-50, MXNet symbol, after the others", ResNet50.symbol(), 0.8);
    report.write("grad-cam", table.lines());
    report.write("spotlight", spotlights.lines());
    Table libraries = new Table(2, "network", "library", "ms", "of Limelight on TorchScript");
    String versions = "";
    for (String network : List.of("resnet50", "efficientnet-lite0")) {
      versions = peers(libraries, setting, network);
    }
    report.write("peers", libraries.lines());
    Table chosen =
        new Table(1, "network", "plain forward, ms", "Grad-CAM, ms", "ratio", "target", "engine");
    for (String network : List.of("resnet50", "efficientnet-lite0")) {
      fastest(chosen, setting, network);
    }
    report.write("fastest", chosen.lines());
    report.write("grad-cam machine", Machine.describe(versions));
  }

  private static Model lite0(EngineName engine) throws IOException {
    return EfficientNetLite.lite0().load(engine);
  }

  private static void row(
      Table table, Table spotlights, String name, Model network, double target) {
    try (Model model = network;
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray picture = Setting.pictures(manager, 1);
      Stopwatch watch =
          new Stopwatch()
              .add("forward", () -> forward(model, picture))
              .add("grad-cam", () -> explain(explainer, picture, new GradCam()));
      Medians times = Setting.times(watch, 40);
      double forward = times.of("forward");
      double gradCam = times.of("grad-cam");
      table.row(name, forward, gradCam, Table.ratio(gradCam / forward), Table.ratio(target));
      // Not where the explained layer is a module that is used in several places.
      if (explainer.plan(List.of(SPOTLIGHT, GRAD_SPOTLIGHT), Target.top()).rows().stream()
          .allMatch(Plan.Row::runs)) {
        spotlights(spotlights, name, model, explainer, picture);
      }
    }
  }

  private static void spotlights(
      Table table, String name, Model model, Explainer explainer, NDArray picture) {
    Stopwatch watch =
        new Stopwatch()
            .add("forward", () -> forward(model, picture))
            .add("spotlight", () -> explain(explainer, picture, SPOTLIGHT))
            .add("grad-spotlight", () -> explain(explainer, picture, GRAD_SPOTLIGHT));
    Medians times = Setting.times(watch, 40);
    double forward = times.of("forward");
    double spotlight = times.of("spotlight");
    double gradSpotlight = times.of("grad-spotlight");
    table.row(
        name,
        forward,
        spotlight,
        Table.ratio(spotlight / forward),
        gradSpotlight,
        Table.ratio(gradSpotlight / forward));
  }

  private static void explain(Explainer explainer, NDArray picture, Method method) {
    explainer.explain(Question.of(picture).methods(method));
  }

  /** Alternates Python's libraries and Limelight on the same weights; returns their versions. */
  private static String peers(Table table, Setting setting, String network) throws IOException {
    try (Model model = setting.torchScript(network);
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model);
        Peers peers = setting.peers(network)) {
      NDArray picture = Setting.pictures(manager, 1);
      Stopwatch watch = new Stopwatch().add("plain forward, Python", () -> peers.turn("forward"));
      for (String peer : Peers.NAMES) {
        watch.add(peer, () -> peers.turn(peer));
      }
      watch.add(OURS, () -> explain(explainer, picture, new GradCam()));
      Medians times = Setting.times(watch, 30);
      double ours = times.of(OURS);
      times.forEach((library, time) -> table.row(network, library, time, Table.ratio(time / ours)));
      return peers.versions();
    }
  }

  /** The engine that is chosen by speed, beside a user's forward pass on the engine of the file. */
  private static void fastest(Table table, Setting setting, String network) throws IOException {
    try (Model model = setting.torchScript(network);
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer =
            Explainer.builder()
                .setModel(setting.models().resolve(network + ".pt"))
                .optFastestEngine(true)
                .load()) {
      NDArray picture = Setting.pictures(manager, 1);
      Stopwatch watch =
          new Stopwatch()
              .add("forward", () -> forward(model, picture))
              .add("grad-cam", () -> explain(explainer, picture, new GradCam()));
      Medians times = Setting.times(watch, 40);
      double forward = times.of("forward");
      double gradCam = times.of("grad-cam");
      table.row(
          network + ", TorchScript",
          forward,
          gradCam,
          Table.ratio(gradCam / forward),
          Table.ratio(0.8),
          explainer.model().engine());
    }
  }

  /** The plain forward pass of a user. */
  public static float[] forward(Model model, NDArray picture) {
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
