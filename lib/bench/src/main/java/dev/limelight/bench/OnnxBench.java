package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Maps of .onnx files of one picture, compared with ONNX Runtime's own forward pass and with
 * Python's libraries on the same network in PyTorch. Beside the time that passes it counts that of
 * all cores, which does not depend on what else the machine does.
 */
public final class OnnxBench {

  /** Networks and the libraries of Grad-CAM that explain them; torchcam knows no tokens. */
  private static final Map<String, List<String>> NETWORKS =
      Map.of(
          "resnet50", Peers.NAMES,
          "tf_efficientnet_lite0", Peers.NAMES,
          "mobilenet_v3_small", Peers.NAMES,
          "convnext_tiny", Peers.NAMES,
          "vit_tiny_patch16_224", List.of("captum", "grad-cam"));

  private static final String RUNTIME = "ONNX Runtime, forward";

  private OnnxBench() {}

  /**
   * Runs the benchmark.
   *
   * @param args those of {@link Setting}; the models are the folder of the ONNX files
   */
  public static void main(String[] args) throws IOException, OrtException {
    Setting setting = Setting.of(args);
    Table table =
        new Table(2, "network", "what", "ms", "ms of all cores", "of ONNX Runtime's forward pass");
    String versions = "";
    for (String network : NETWORKS.keySet().stream().sorted().toList()) {
      versions = measure(table, setting, network);
    }
    Report report = new Report(setting.report());
    report.write("onnx", table.lines());
    report.write("onnx machine", Machine.describe(versions));
  }

  private static String measure(Table table, Setting setting, String network)
      throws IOException, OrtException {
    Path file = setting.models().resolve(network + "-dynamo.onnx");
    // DJL makes the environment of ONNX Runtime, and refuses one that exists before.
    EngineName.ONNX_RUNTIME.engine();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (Model model = ModelFile.of(file).load();
        NDManager manager = Network.of(model).manager().newSubManager();
        Explainer explainer = Explainer.of(model);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        Peers peers = new Peers(setting.python(), setting.script(), network, file.toString())) {
      NDArray picture = Setting.pictures(manager, 1);
      options.setIntraOpNumThreads(Setting.threads());
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      try (OrtSession session = environment.createSession(file.toString(), options)) {
        ProcessorStopwatch watch =
            new ProcessorStopwatch()
                .here(RUNTIME, () -> forward(environment, session, picture))
                .here("Limelight, Grad-CAM", () -> explain(explainer, picture, new GradCam()));
        for (String name : List.of("spotlight", "grad-spotlight", "attention-rollout")) {
          Method method = Methods.named(name);
          // Spotlights need layers of several sizes, and rollout needs tokens.
          if (explainer.plan(List.of(method), Target.top()).rows().get(0).runs()) {
            watch.here("Limelight, " + name, () -> explain(explainer, picture, method));
          }
        }
        watch
            .here("Limelight, saliency", () -> explain(explainer, picture, new Saliency()))
            .warmUp()
            .there(peers, "Python: ONNX Runtime, forward", "onnxruntime")
            .there(peers, "Python: PyTorch, forward", "forward");
        for (String library : NETWORKS.getOrDefault(network, List.of())) {
          watch.there(peers, "Python: " + library + ", Grad-CAM", library);
        }
        watch.there(peers, "Python: captum, saliency", "captum Saliency");
        List<ProcessorStopwatch.Time> times = watch.run(Setting.turns(16));
        double unit = times.get(0).cores();
        for (ProcessorStopwatch.Time time : times) {
          table.row(
              network, time.name(), time.wall(), time.cores(), Table.ratio(time.cores() / unit));
          System.out.println(table.lines().get(table.lines().size() - 1));
        }
      }
      return peers.versions();
    }
  }

  private static void explain(Explainer explainer, NDArray picture, Method method) {
    explainer.explain(Question.of(picture).methods(method));
  }

  /** What a program without Limelight does. */
  public static void forward(OrtEnvironment environment, OrtSession session, NDArray picture) {
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(picture.toFloatArray()),
                picture.getShape().getShape());
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      result.get(0).getValue();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
