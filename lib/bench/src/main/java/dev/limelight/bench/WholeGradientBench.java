package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Plain and guided gradients of the whole ResNet-50, compared with captum. Each network is alone in
 * a process: the waiting threads of one engine would slow another.
 */
public final class WholeGradientBench {

  private static final String PEER = "captum";
  private static final double TARGET = 1;
  private static final String VERSIONS = "versions: ";

  /** The networks, which come after the arguments of {@link Setting} in a process for one. */
  private static final List<String> NETWORKS =
      List.of(
          "TorchScript",
          "DJL blocks on PyTorch",
          "MXNet symbol",
          "DJL blocks on MXNet",
          "TorchScript on ONNX Runtime",
          "MXNet symbol on ONNX Runtime");

  private WholeGradientBench() {}

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}, and the name of one network in its process
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    if (args.length > Setting.ARGUMENTS) {
      measure(setting, args[Setting.ARGUMENTS]);
      return;
    }
    List<String> lines = new ArrayList<>();
    String versions = "";
    for (String network : NETWORKS) {
      for (String line : inProcess(args, network)) {
        if (line.startsWith(VERSIONS)) {
          versions = line.substring(VERSIONS.length());
        } else if (!lines.contains(line)) {
          lines.add(line);
        }
      }
    }
    Report report = new Report(setting.report());
    report.write("whole gradients", lines);
    report.write("whole gradients machine", Machine.describe(versions));
  }

  /** The lines of the table that a process for one network prints. */
  private static List<String> inProcess(String[] args, String network) throws IOException {
    String[] more = Arrays.copyOf(args, args.length + 1);
    more[args.length] = network;
    List<String> lines =
        OwnProcess.lines(WholeGradientBench.class, List.of(), more).stream()
            .filter(line -> line.startsWith("|") || line.startsWith(VERSIONS))
            .toList();
    lines.forEach(System.out::println);
    return lines;
  }

  private static Model load(Setting setting, String network, Path folder) throws IOException {
    return switch (network) {
      case "TorchScript" -> setting.torchScript("resnet50");
      case "DJL blocks on PyTorch" -> ResNet50.blocks(EngineName.PYTORCH);
      case "MXNet symbol" -> ResNet50.symbol();
      case "DJL blocks on MXNet" -> ResNet50.blocks(EngineName.MXNET);
      case "TorchScript on ONNX Runtime" -> setting.onnx("resnet50");
      case "MXNet symbol on ONNX Runtime" -> Setting.onnx(ResNet50.symbolFile(folder));
      default ->
          throw new IllegalArgumentException("no network '" + network + "', only " + NETWORKS);
    };
  }

  private static void measure(Setting setting, String network) throws IOException {
    Table table =
        new Table(
            2, "method", "library", "ms", "of captum", "ms of all cores", "of captum's", "target");
    Path folder = Files.createTempDirectory("limelight-bench");
    try (Peers peers = setting.peers("resnet50");
        Model model = load(setting, network, folder);
        NDManager manager = Network.of(model).manager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray picture = Setting.pictures(manager, 1);
      rows(
          table, new GuidedBackpropagation(), "GuidedBackprop", peers, network, explainer, picture);
      rows(table, new Saliency(), "Saliency", peers, network, explainer, picture);
      table.lines().forEach(System.out::println);
      System.out.println(VERSIONS + peers.versions());
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static void rows(
      Table table,
      Method method,
      String turn,
      Peers peers,
      String network,
      Explainer explainer,
      NDArray picture) {
    String name = method.info().name();
    Plan.Row plan = explainer.plan(List.of(method), Target.top()).rows().get(0);
    if (!plan.runs()) {
      String reason = plan.support().reason().replaceFirst("; these methods need none: .*", "");
      table.row(name, network + ": " + reason, "-", "-", "-", "-", Table.ratio(TARGET));
      return;
    }
    List<ProcessorStopwatch.Time> times =
        new ProcessorStopwatch()
            .here(
                "Limelight, " + network,
                () -> explainer.explain(Question.of(picture).methods(method)))
            .warmUp()
            .there(peers, PEER + " beside " + network, PEER + " " + turn)
            .run(Setting.turns(24));
    ProcessorStopwatch.Time captum = times.get(1);
    for (ProcessorStopwatch.Time time : times) {
      table.row(
          name,
          time.name(),
          time.wall(),
          Table.ratio(time.wall() / captum.wall()),
          time.cores(),
          Table.ratio(time.cores() / captum.cores()),
          Table.ratio(TARGET));
    }
  }
}
