package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.course.speed.ResidentMemory;
import dev.limelight.model.EngineName;
import java.io.IOException;

/** The memory growth after a thousand Grad-CAM explanations of ResNet-50. */
public final class EnduranceBench {

  private static final int EXPLANATIONS = 1000;

  private EnduranceBench() {}

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    Table table =
        new Table(
            1,
            "network",
            "resident before, MB",
            "after " + EXPLANATIONS + ", MB",
            "growth, MB",
            "heap growth, MB",
            "new native arrays",
            "target");
    row(table, "MXNet symbol", ResNet50.symbol());
    row(table, "DJL blocks on MXNet", ResNet50.blocks(EngineName.MXNET));
    row(table, "TorchScript", setting.torchScript("resnet50"));
    row(table, "DJL blocks on PyTorch", ResNet50.blocks(EngineName.PYTORCH));
    Report report = new Report(setting.report());
    report.write("endurance", table.lines());
    report.write("endurance machine", Machine.describe(""));
  }

  private static void row(Table table, String name, Model network) throws IOException {
    try (Model model = network;
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray picture = Setting.pictures(manager, 1);
      explain(explainer, picture, EXPLANATIONS / 10);
      double heap = heap();
      double before = ResidentMemory.ofThisProcess().now();
      int arrays = model.getNDManager().getManagedArrays().size();
      explain(explainer, picture, EXPLANATIONS);
      double heapGrowth = heap() - heap;
      double after = ResidentMemory.ofThisProcess().now();
      int newArrays = model.getNDManager().getManagedArrays().size() - arrays;
      table.row(name, before, after, after - before, heapGrowth, newArrays, "flat");
    }
  }

  private static void explain(Explainer explainer, NDArray picture, int times) {
    for (int i = 0; i < times; i++) {
      explainer.explain(Question.of(picture).methods(new GradCam()));
    }
  }

  /** The heap in use after a collection, in megabytes. */
  private static double heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
  }
}
