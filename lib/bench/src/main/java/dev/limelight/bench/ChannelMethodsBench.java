package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.perturbed.AblationCam;
import dev.limelight.cam.perturbed.ScoreCam;
import dev.limelight.course.speed.ResidentMemory;
import dev.limelight.method.Method;
import dev.limelight.model.Network;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.List;

/**
 * Methods that perturb each of the 2,048 channels of ResNet-50, or of the 1,280 of
 * EfficientNet-Lite0, compared with grad-cam: time and resident memory of Ablation-CAM and
 * Score-CAM.
 */
public final class ChannelMethodsBench {

  private static final String PEER = "grad-cam";
  private static final String NETWORK = "resnet50";
  private static final String SMALLER = "efficientnet-lite0";
  private static final long DEFAULT = 512L << 20;
  private static final long SMALL = 64L << 20;
  private static final long LARGE = 4L << 30;
  private static final double ABLATION_TARGET = 500;
  private static final double SCORE_TARGET = 3;

  private final Setting setting;
  private final Table table =
      new Table(
          2,
          "method",
          "library",
          "ms",
          "additional peak memory, MB",
          "as planned, MB",
          "grad-cam's time / this",
          "target");

  private ChannelMethodsBench(Setting setting) {
    this.setting = setting;
  }

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    ChannelMethodsBench bench = new ChannelMethodsBench(setting);
    String versions = bench.run();
    Report report = new Report(setting.report());
    report.write("channels", bench.table.lines());
    report.write("channels machine", Machine.describe(versions));
  }

  /** Score-CAM of the same weights as graphs of ONNX Runtime. */
  public static final class Graphs {

    private Graphs() {}

    /**
     * Runs the bench.
     *
     * @param args the arguments of {@link Setting}
     */
    public static void main(String[] args) throws IOException {
      Setting setting = Setting.of(args);
      ChannelMethodsBench bench = new ChannelMethodsBench(setting);
      String versions = bench.graphs();
      Report report = new Report(setting.report());
      report.write("channels onnx", bench.table.lines());
      report.write("channels onnx machine", Machine.describe(versions));
    }
  }

  private String run() throws IOException {
    double ablation = peer("Ablation-CAM", "AblationCAM", NETWORK);
    try (Model model = setting.torchScript(NETWORK);
        Ours ours = new Ours(model, "TorchScript")) {
      ours.row(new AblationCam(), "", DEFAULT, Target.top(), Setting.turns(30), ablation);
      // Its score is not linear in the channels, so the head runs once for each channel.
      String how = ", of a probability: the head once per channel";
      Target probability = Target.probability(Target.top());
      ours.row(new AblationCam(), how, DEFAULT, probability, Setting.turns(5), ablation);
    }
    double score = peer("Score-CAM", "ScoreCAM", NETWORK);
    try (Model model = setting.torchScript(NETWORK);
        Ours ours = new Ours(model, "TorchScript")) {
      scoreCam(ours, score);
      ours.row(new ScoreCam(128), ", 128 channels", DEFAULT, Target.top(), 1, score);
    }
    try (Model model = ResNet50.symbol();
        Ours ours = new Ours(model, "MXNet symbol")) {
      scoreCam(ours, score);
    }
    return versions();
  }

  private String graphs() throws IOException {
    for (String network : List.of(SMALLER, NETWORK)) {
      onnx(network, peer("Score-CAM", "ScoreCAM", network));
    }
    return versions();
  }

  private String versions() throws IOException {
    try (Peers peers = setting.peers(NETWORK)) {
      return peers.versions();
    }
  }

  private void onnx(String network, double peer) throws IOException {
    try (Model model = setting.onnx(network);
        Ours ours = new Ours(model, "TorchScript on ONNX Runtime")) {
      ours.row(new ScoreCam(), of(network) + ", 512 MiB", DEFAULT, Target.top(), 1, peer);
    }
  }

  /** What tells rows of another network from those of ResNet-50. */
  private static String of(String network) {
    return network.equals(NETWORK) ? "" : ", " + network;
  }

  /** In order of increasing memory, because memory may not be released again. */
  private static void scoreCam(Ours ours, double peer) throws IOException {
    ours.row(new ScoreCam(), ", 64 MiB", SMALL, Target.top(), 1, peer);
    ours.row(new ScoreCam(), ", 512 MiB", DEFAULT, Target.top(), 1, peer);
    ours.row(new ScoreCam(), ", 4 GiB", LARGE, Target.top(), 1, peer);
  }

  /** Measures one map, which takes a minute or two; returns the milliseconds. */
  private double peer(String method, String turn, String network) throws IOException {
    try (Peers peers = setting.peers(network)) {
      peers.turn(PEER);
      ResidentMemory resident = peers.resident();
      double before = resident.now();
      resident.resetPeak();
      double time = once(() -> peers.turn(PEER + " " + turn), 1);
      String library = PEER + of(network);
      table.row(method, library, time, resident.peak() - before, "-", Table.ratio(1), "-");
      return time;
    }
  }

  private static double once(Runnable work, int turns) {
    return new Stopwatch().add("work", work).run(turns / 5, turns).of("work");
  }

  /** A warmed-up model and its memory. */
  private final class Ours implements AutoCloseable {
    private final Model model;
    private final String name;
    private final NDManager manager;
    private final NDArray picture;
    private final ResidentMemory resident = ResidentMemory.ofThisProcess();
    private final double before;

    Ours(Model model, String name) throws IOException {
      this.model = model;
      this.name = name;
      manager = Network.of(model).manager().newSubManager();
      picture = Setting.pictures(manager, 1);
      try (Explainer explainer = Explainer.of(model)) {
        explainer.explain(Question.of(picture).methods(new GradCam()));
      }
      System.gc();
      before = resident.now();
    }

    void row(Method method, String how, long memory, Target target, int turns, double peer)
        throws IOException {
      try (Explainer explainer = Explainer.builder().setModel(model).optMemory(memory).build()) {
        Plan.Row plan = explainer.plan(List.of(method), target).rows().get(0);
        System.gc();
        resident.resetPeak();
        double time =
            once(
                () -> explainer.explain(Question.of(picture).methods(method).targets(target)),
                turns);
        boolean score = method instanceof ScoreCam;
        table.row(
            score ? "Score-CAM" : "Ablation-CAM",
            "Limelight, " + name + how,
            time,
            resident.peak() - before,
            plan.bytes() / 1e6,
            Table.ratio(peer / time),
            score ? SCORE_TARGET : ABLATION_TARGET);
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
