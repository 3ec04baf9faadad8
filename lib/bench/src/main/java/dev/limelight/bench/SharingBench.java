package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Picture;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Work;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Sharing one forward pass of ResNet-50: Eigen-CAM, five classes, a batch of pictures. Each network
 * has a process, as the waiting threads of one engine slow another.
 */
public final class SharingBench {

  private static final int BATCH = 16;
  private static final int CLASSES = 5;
  private static final double EIGEN_TARGET = 0.05;
  private static final double TOP_TARGET = 1.25;
  private static final double BATCH_TARGET = 0.8;

  /** The one that is compared with Python's libraries. */
  private static final String WITH_PEERS = "TorchScript";

  private static final String LITE = "EfficientNet-Lite0, TorchScript on ONNX Runtime";

  private static final List<String> NETWORKS =
      List.of(
          "MXNet symbol", "DJL blocks on MXNet", WITH_PEERS, "TorchScript on ONNX Runtime", LITE);

  private static final String EIGEN = "eigen-cam";
  private static final String TOP = "top";
  private static final String BATCHES = "batches";

  /** Between the name of a table and its line. */
  private static final String BETWEEN = ": ";

  private static final String VERSIONS = "versions: ";

  private final Setting setting;
  private final Table eigen =
      new Table(
          1,
          "library",
          "plain forward, ms",
          "Eigen-CAM, ms",
          "beyond the forward, ms",
          "share",
          "target");
  private final Table top =
      new Table(1, "network", "one class, ms", CLASSES + " classes, ms", "ratio", "target");
  private final Table batches =
      new Table(
          1,
          "network",
          "plain forward, ms per image",
          "the same in a batch",
          "Grad-CAM, ms per image",
          "the same in a batch",
          "ratio",
          "target");

  private SharingBench(Setting setting) {
    this.setting = setting;
  }

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}, and of a process for one network its name
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    if (args.length > Setting.ARGUMENTS) {
      new SharingBench(setting).network(args[Setting.ARGUMENTS]);
      return;
    }
    Map<String, List<String>> tables = new LinkedHashMap<>();
    List.of(EIGEN, TOP, BATCHES).forEach(name -> tables.put(name, new ArrayList<>()));
    String versions = "";
    for (String network : NETWORKS) {
      String[] more = Arrays.copyOf(args, args.length + 1);
      more[args.length] = network;
      for (String line : OwnProcess.lines(SharingBench.class, List.of(), more)) {
        System.out.println(line);
        String[] part = line.split(BETWEEN, 2);
        if (line.startsWith(VERSIONS)) {
          versions = line.substring(VERSIONS.length());
        } else if (tables.containsKey(part[0]) && !tables.get(part[0]).contains(part[1])) {
          tables.get(part[0]).add(part[1]);
        }
      }
    }
    Report report = new Report(setting.report());
    for (Map.Entry<String, List<String>> table : tables.entrySet()) {
      report.write(table.getKey(), table.getValue());
    }
    report.write("sharing machine", Machine.describe(versions));
  }

  /** Measures one in this process. */
  private void network(String name) throws IOException {
    network(name, load(name));
    if (name.equals(WITH_PEERS)) {
      peers();
    }
    print(EIGEN, eigen);
    print(TOP, top);
    print(BATCHES, batches);
  }

  private static void print(String name, Table table) {
    table.lines().forEach(line -> System.out.println(name + BETWEEN + line));
  }

  private Model load(String name) throws IOException {
    return switch (name) {
      case "MXNet symbol" -> ResNet50.symbol();
      case "DJL blocks on MXNet" -> ResNet50.blocks(EngineName.MXNET);
      case WITH_PEERS -> setting.torchScript("resnet50");
      case "TorchScript on ONNX Runtime" -> setting.onnx("resnet50");
      case LITE -> setting.onnx("efficientnet-lite0");
      default -> throw new IllegalArgumentException("no network '" + name + "', only " + NETWORKS);
    };
  }

  private void peers() throws IOException {
    try (Peers peers = setting.peers("resnet50")) {
      Stopwatch watch =
          new Stopwatch()
              .add("forward", () -> peers.turn("forward"))
              .add(EIGEN, () -> peers.turn("grad-cam EigenCAM"));
      Medians times = Setting.times(watch, 30);
      double forward = times.of("forward");
      double whole = times.of(EIGEN);
      eigenRow("grad-cam", forward, whole, whole - forward, "-");
      System.out.println(VERSIONS + peers.versions());
    }
  }

  private void network(String name, Model network) {
    try (Model model = network;
        NDManager manager = Network.of(model).manager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray pictures = Setting.pictures(manager, BATCH);
      List<NDArray> singles = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        singles.add(pictures.get(i + ":" + (i + 1)));
      }
      eigenCam(name, model, explainer, singles.get(0));
      fiveClasses(name, explainer);
      batches(name, model, explainer, pictures, singles);
    }
  }

  private void eigenCam(String name, Model model, Explainer explainer, NDArray picture) {
    List<Double> beyond = new ArrayList<>();
    Stopwatch watch =
        new Stopwatch()
            .add("forward", () -> GradCamBench.forward(model, picture))
            .add("whole", () -> explainer.explain(Question.of(picture).methods(new EigenCam())))
            .add(
                "parts", () -> explainer.explain(Question.of(picture).methods(new Beyond(beyond))));
    Medians times = Setting.times(watch, 30);
    List<Double> counted = beyond.subList(beyond.size() - Setting.turns(30), beyond.size());
    double median = counted.stream().sorted().skip(counted.size() / 2).findFirst().orElseThrow();
    String target = Table.ratio(EIGEN_TARGET);
    eigenRow("Limelight, " + name, times.of("forward"), times.of("whole"), median, target);
  }

  private void eigenRow(
      String library, double forward, double whole, double beyond, String target) {
    eigen.row(library, forward, whole, beyond, Table.ratio(beyond / forward), target);
  }

  private void fiveClasses(String name, Explainer explainer) {
    Picture picture = noise();
    Stopwatch watch =
        new Stopwatch()
            .add("one", () -> explainer.explain(picture))
            .add("top", () -> explainer.explain(Question.of(picture).best(CLASSES)));
    Medians times = Setting.times(watch, 30);
    double one = times.of("one");
    double five = times.of("top");
    top.row(name, one, five, Table.ratio(five / one), Table.ratio(TOP_TARGET));
  }

  private static Picture noise() {
    int size = Setting.size();
    int[] colors = new Random(1).ints(size * size).toArray();
    return Picture.of(size, size, colors, "noise");
  }

  private void batches(
      String name, Model model, Explainer explainer, NDArray pictures, List<NDArray> singles) {
    Stopwatch watch =
        new Stopwatch()
            .add("forwards", () -> singles.forEach(one -> GradCamBench.forward(model, one)))
            .add("forward", () -> GradCamBench.forward(model, pictures))
            .add("singles", () -> singles.forEach(one -> gradCam(explainer, one)))
            .add("batch", () -> gradCam(explainer, pictures));
    Medians times = Setting.times(watch, 10);
    double singly = times.of("singles") / BATCH;
    double together = times.of("batch") / BATCH;
    batches.row(
        name,
        times.of("forwards") / BATCH,
        times.of("forward") / BATCH,
        singly,
        together,
        Table.ratio(together / singly),
        Table.ratio(BATCH_TARGET));
  }

  private static void gradCam(Explainer explainer, NDArray pictures) {
    explainer.explain(Question.of(pictures).methods(new GradCam()));
  }

  /**
   * Eigen-CAM, timed after the forward pass. Engines may run asynchronously; reading waits for
   * them.
   *
   * @param times receives the milliseconds
   */
  private record Beyond(List<Double> times) implements Method {

    private static final EigenCam METHOD = new EigenCam();

    @Override
    public NDArray map(Evidence evidence) {
      evidence.activations().toFloatArray();
      evidence.logits().toFloatArray();
      long start = System.nanoTime();
      NDArray map = METHOD.map(evidence);
      map.toFloatArray();
      times.add((System.nanoTime() - start) / 1e6);
      return map;
    }

    @Override
    public NDArray parts(Evidence evidence) {
      return METHOD.parts(evidence);
    }

    @Override
    public MethodInfo info() {
      return METHOD.info();
    }

    @Override
    public Work work(Conditions at) {
      return METHOD.work(at);
    }
  }
}
