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
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plain and guided gradients of the whole ResNet-50, compared with captum. */
public final class WholeGradientBench {

  private static final String PEER = "captum";
  private static final double TARGET = 1;

  private WholeGradientBench() {}

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    Table table = new Table(2, "method", "library", "ms", "of captum", "target");
    List<Ours> all = new ArrayList<>();
    String versions;
    try (Peers peers = setting.peers("resnet50")) {
      all.add(new Ours("TorchScript", setting.torchScript("resnet50")));
      all.add(new Ours("DJL blocks on PyTorch", ResNet50.blocks(EngineName.PYTORCH)));
      all.add(new Ours("MXNet symbol", ResNet50.symbol()));
      all.add(new Ours("DJL blocks on MXNet", ResNet50.blocks(EngineName.MXNET)));
      rows(table, "guided-backprop", new GuidedBackpropagation(), "GuidedBackprop", peers, all);
      rows(table, "saliency", new Saliency(), "Saliency", peers, all);
      versions = peers.versions();
    } finally {
      all.forEach(Ours::close);
    }
    Report report = new Report(setting.report());
    report.write("whole gradients", table.lines());
    report.write("whole gradients machine", Machine.describe(versions));
  }

  private static void rows(
      Table table, String name, Method method, String turn, Peers peers, List<Ours> all) {
    Stopwatch watch = new Stopwatch().add(PEER, () -> peers.turn(PEER + " " + turn));
    Map<String, String> refusals = new LinkedHashMap<>();
    for (Ours ours : all) {
      Plan.Row plan = ours.explainer().plan(List.of(method), Target.top()).rows().get(0);
      if (plan.runs()) {
        watch.add(ours.name(), () -> ours.explain(method));
      } else {
        String reason = plan.support().reason().replaceFirst("; these methods need none: .*", "");
        refusals.put(ours.name(), reason);
      }
    }
    Medians times = Setting.times(watch, 30);
    double captum = times.of(PEER);
    times.forEach(
        (library, time) ->
            table.row(name, library, time, Table.ratio(time / captum), Table.ratio(TARGET)));
    refusals.forEach(
        (library, reason) ->
            table.row(name, library + ": " + reason, "-", "-", Table.ratio(TARGET)));
  }

  private record Ours(
      String name, Model model, NDManager manager, NDArray picture, Explainer explainer)
      implements AutoCloseable {

    Ours(String engine, Model model) {
      this("Limelight, " + engine, model, model.getNDManager().newSubManager());
    }

    private Ours(String name, Model model, NDManager manager) {
      this(name, model, manager, Setting.pictures(manager, 1), Explainer.of(model));
    }

    void explain(Method method) {
      explainer.explain(Question.of(picture).methods(method));
    }

    @Override
    public void close() {
      explainer.close();
      manager.close();
      model.close();
    }
  }
}
