package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import dev.limelight.model.cache.PrivateCache;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Grad-CAM on the engine that is chosen by speed, beside the user's own forward pass on the engine
 * that the model is made for, and after how many pictures the choice pays. Each number is measured
 * in a process for it alone, since the waiting threads of one engine slow another.
 */
public final class FastestBench {

  private static final double TARGET = 0.8;

  private static final int TURNS = 40;

  private static final String ANSWER = "answer: ";

  /** How a network is opened. */
  private enum Opening {
    /** On the engine that it is made for. */
    own,
    /** On the quicker one, which is measured. */
    first,
    /** On the quicker one, which is known. */
    later
  }

  /**
   * What a process found.
   *
   * @param map seconds from its start to its first map
   * @param forward milliseconds of the user's forward pass, or NaN
   * @param gradCam milliseconds of a map
   * @param engine that computed it
   */
  private record Found(double map, double forward, double gradCam, String engine) {

    String line() {
      return ANSWER + String.join(" ", String.valueOf(map), forward + "", gradCam + "", engine);
    }

    static Found of(List<String> lines) throws IOException {
      String line =
          lines.stream()
              .filter(each -> each.startsWith(ANSWER))
              .findFirst()
              .orElseThrow(() -> new IOException("a process of the bench gave no answer"));
      String[] parts = line.substring(ANSWER.length()).split(" ", 4);
      return new Found(
          Double.parseDouble(parts[0]),
          Double.parseDouble(parts[1]),
          Double.parseDouble(parts[2]),
          parts[3]);
    }
  }

  private FastestBench() {}

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}; or a model, its engine and how it is opened for
   *     one measurement
   */
  public static void main(String[] args) throws IOException {
    if (args.length < Setting.ARGUMENTS) {
      ModelFile file = new ModelFile(Path.of(args[0]), EngineName.valueOf(args[1]));
      System.out.println(measured(file, Opening.valueOf(args[2])).line());
      return;
    }
    Setting setting = Setting.of(args);
    Table speed =
        new Table(
            1,
            "network",
            "plain forward, ms",
            "Grad-CAM on its engine, ms",
            "Grad-CAM, ms",
            "of the forward",
            "target",
            "engine");
    Table start =
        new Table(
            1,
            "network",
            "first map on its engine, s",
            "with the choice, the first time, s",
            "later, s",
            "pictures until the first time pays");
    Path folder = Files.createTempDirectory("limelight-bench");
    try {
      Path symbol = ResNet50.symbolFile(folder);
      for (String name : List.of("resnet50", "efficientnet-lite0", "mobilenet_v3_small")) {
        Path traced = setting.models().resolve(name + ".pt");
        rows(speed, start, name + ", TorchScript", new ModelFile(traced, EngineName.PYTORCH));
      }
      rows(speed, start, "resnet50, MXNet symbol", new ModelFile(symbol, EngineName.MXNET));
      for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
        for (Path blocks :
            List.of(
                setting.models().resolve("resnet50-hub"),
                Path.of("efficientnet-lite0"),
                setting.models().resolve("mobilenet_v3_small-hub"))) {
          String name = blocks.getFileName().toString().replace("-hub", "");
          rows(
              speed,
              start,
              name + ", DJL blocks on " + engine.title(),
              new ModelFile(blocks, engine));
        }
      }
    } finally {
      AtomicFile.delete(folder);
    }
    Report report = new Report(setting.report());
    report.write("fastest", speed.lines());
    report.write("fastest start", start.lines());
    report.write("fastest machine", Machine.describe(""));
  }

  private static void rows(Table speed, Table start, String name, ModelFile file)
      throws IOException {
    Path kept = Files.createTempDirectory("limelight-bench");
    try {
      Found own = found(file, Opening.own, kept);
      Found first = found(file, Opening.first, kept);
      Found later = found(file, Opening.later, kept);
      speed.row(
          name,
          own.forward(),
          own.gradCam(),
          later.gradCam(),
          Table.ratio(later.gradCam() / own.forward()),
          Table.ratio(TARGET),
          later.engine());
      start.row(name, own.map(), first.map(), later.map(), pictures(own, first, later));
      List.of(speed, start).forEach(t -> System.out.println(t.lines().get(t.lines().size() - 1)));
    } finally {
      AtomicFile.delete(kept);
    }
  }

  /** After how many pictures the saved time is more than what the first start took longer. */
  private static String pictures(Found own, Found first, Found later) {
    double saved = own.gradCam() - later.gradCam();
    double longer = 1e3 * (first.map() - own.map());
    // On the same engine what is saved is noise.
    return saved <= 0 || own.engine().equals(later.engine())
        ? "never"
        : String.format(Locale.ROOT, "%d", Math.max(1, Math.round(Math.ceil(longer / saved))));
  }

  private static Found found(ModelFile file, Opening opening, Path kept) throws IOException {
    return Found.of(
        OwnProcess.lines(
            FastestBench.class,
            List.of("-D" + PrivateCache.FOLDER + "=" + kept),
            file.path().toString(),
            file.engine().name(),
            opening.name()));
  }

  private static Found measured(ModelFile file, Opening opening) throws IOException {
    float[] picture = Setting.noise(1);
    try (Explainer explainer =
        Explainer.builder()
            .setModel(file)
            .optFastestEngine(opening != Opening.own)
            .optPreprocessing(Setting.preprocessing())
            .load()) {
      Runnable map = () -> explainer.explain(Question.of(1, i -> picture));
      map.run();
      long began = ManagementFactory.getRuntimeMXBean().getStartTime();
      double seconds = (System.currentTimeMillis() - began) / 1e3;
      Stopwatch watch = new Stopwatch().add("grad-cam", map);
      String engine = explainer.model().engine();
      if (opening != Opening.own) {
        double time = Setting.times(watch, TURNS).of("grad-cam");
        return new Found(seconds, Double.NaN, time, engine);
      }
      try (Model model = file.load();
          NDManager manager = model.getNDManager().newSubManager()) {
        NDArray input = Setting.pictures(manager, 1);
        watch.add("forward", () -> GradCamBench.forward(model, input));
        Medians times = Setting.times(watch, TURNS);
        return new Found(seconds, times.of("forward"), times.of("grad-cam"), engine);
      }
    }
  }
}
