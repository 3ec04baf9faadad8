package dev.limelight.bench.gpu;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.bench.GradCamBench;
import dev.limelight.bench.OnnxBench;
import dev.limelight.bench.Peers;
import dev.limelight.bench.ProcessorStopwatch;
import dev.limelight.bench.Setting;
import dev.limelight.bench.Table;
import dev.limelight.cam.GradCam;
import dev.limelight.course.speed.Throughput;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The process that {@link GpuBench} starts: one network on one engine. All times end when the
 * result is in Java's or Python's memory, so that the GPU has finished.
 */
final class GpuTimes {

  static final String VERSIONS = "versions: ";

  private static final int BATCH = Throughput.LARGEST_BATCH;
  private static final int TURNS = 40;

  private static final String FORWARD = "plain forward";
  private static final String GRAD_CAM = "Limelight, Grad-CAM";
  private static final String SALIENCY = "Limelight, saliency";
  private static final String BATCH_FORWARD = "plain forward, batch";
  private static final String BATCH_GRAD_CAM = "Limelight, Grad-CAM, batch";
  private static final String PYTHON = "plain forward, Python";
  private static final String PYTHON_BATCH = PYTHON + ", batch of " + BATCH + ", per image";

  private final Setting setting;
  private final Placement placement;
  private final String network;

  private GpuTimes(Setting setting, Placement placement, String network) {
    this.setting = setting;
    this.placement = placement;
    this.network = network;
  }

  /**
   * Measures.
   *
   * @param args those of {@link Setting}, a {@link Placement} and a network
   */
  public static void main(String[] args) throws IOException, OrtException {
    int own = Setting.ARGUMENTS;
    new GpuTimes(Setting.of(args), Placement.valueOf(args[own]), args[own + 1]).measure();
  }

  private void measure() throws IOException, OrtException {
    try (Model model = placement.load(setting.models(), network, Device.gpu());
        NDManager manager = Network.of(model).manager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray batch = Setting.pictures(manager, BATCH);
      NDArray one = batch.get("0:1");
      if (placement == Placement.ONNX) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
          options.addCUDA(0);
          String file = placement.file(setting.models(), network).toString();
          try (OrtSession session = environment.createSession(file, options)) {
            times(
                explainer,
                one,
                batch,
                () -> OnnxBench.forward(environment, session, one),
                () -> OnnxBench.forward(environment, session, batch));
          }
        }
      } else {
        try (Model original =
                new ModelFile(
                        Placement.TORCH_SCRIPT.file(setting.models(), network),
                        EngineName.PYTORCH,
                        Device.gpu())
                    .load();
            NDManager own = original.getNDManager().newSubManager()) {
          NDArray all = Setting.pictures(own, BATCH);
          NDArray single = all.get("0:1");
          times(
              explainer,
              one,
              batch,
              () -> GradCamBench.forward(original, single),
              () -> GradCamBench.forward(original, all));
        }
      }
    }
  }

  private void times(
      Explainer explainer, NDArray one, NDArray batch, Runnable forward, Runnable forwardBatch)
      throws IOException {
    // Not in turns with single pictures: ONNX Runtime prepares its convolutions anew for each size.
    Map<String, Double> batches =
        walls(
            new ProcessorStopwatch()
                .here(BATCH_FORWARD, forwardBatch)
                .here(BATCH_GRAD_CAM, () -> explain(explainer, batch, new GradCam()))
                .warmUp()
                .run(Setting.turns(TURNS)));
    ProcessorStopwatch watch =
        new ProcessorStopwatch()
            .here(FORWARD, forward)
            .here(GRAD_CAM, () -> explain(explainer, one, new GradCam()))
            .here(SALIENCY, () -> explain(explainer, one, new Saliency()))
            .warmUp();
    if (placement != Placement.TORCH_SCRIPT) {
      rows(walls(watch.run(Setting.turns(TURNS))), batches);
      return;
    }
    try (Peers peers = new Peers(setting.python(), setting.script(), network, "--cuda")) {
      watch.there(peers, PYTHON, "forward");
      watch.there(peers, PYTHON_BATCH, "batch");
      for (String peer : Peers.NAMES) {
        watch.there(peers, peer + ", Grad-CAM", peer);
      }
      watch.there(peers, "captum, saliency", "captum Saliency");
      Map<String, Double> walls = walls(watch.run(Setting.turns(TURNS)));
      rows(walls, batches);
      walls.computeIfPresent(PYTHON_BATCH, (name, time) -> time / BATCH);
      walls.remove(FORWARD);
      double gradCam = walls.getOrDefault(GRAD_CAM, Double.NaN);
      double saliency = walls.getOrDefault(SALIENCY, Double.NaN);
      walls.forEach(
          (library, time) ->
              Row.print(
                  "gpu peers",
                  network,
                  library,
                  milliseconds(time),
                  library.startsWith(PYTHON)
                      ? "-"
                      : Table.ratio(time / (library.endsWith("saliency") ? saliency : gradCam))));
      System.out.println(VERSIONS + peers.versions());
    }
  }

  private static Map<String, Double> walls(List<ProcessorStopwatch.Time> times) {
    return times.stream()
        .collect(
            Collectors.toMap(
                ProcessorStopwatch.Time::name,
                ProcessorStopwatch.Time::wall,
                (a, b) -> a,
                LinkedHashMap::new));
  }

  private void rows(Map<String, Double> times, Map<String, Double> batches) {
    double forward = time(times, FORWARD);
    double gradCam = time(times, GRAD_CAM);
    double saliency = time(times, SALIENCY);
    Row.print(
        "gpu",
        network,
        placement.title(),
        milliseconds(forward),
        milliseconds(gradCam),
        Table.ratio(gradCam / forward),
        milliseconds(saliency),
        Table.ratio(saliency / forward));
    double forwardBatch = time(batches, BATCH_FORWARD) / BATCH;
    double gradCamBatch = time(batches, BATCH_GRAD_CAM) / BATCH;
    Row.print(
        "gpu batches",
        network,
        placement.title(),
        milliseconds(forwardBatch),
        milliseconds(gradCamBatch),
        Table.ratio(gradCamBatch / forwardBatch),
        Table.ratio(gradCamBatch / gradCam));
  }

  private static double time(Map<String, Double> times, String name) {
    Double time = times.get(name);
    if (time == null) {
      throw new IllegalArgumentException("no '" + name + "' was timed, only " + times.keySet());
    }
    return time;
  }

  /** With two decimals: a GPU needs a few milliseconds, or less. */
  private static String milliseconds(double time) {
    return Table.ratio(time);
  }

  private static void explain(Explainer explainer, NDArray pictures, Method method) {
    explainer.explain(Question.of(pictures).methods(method));
  }
}
