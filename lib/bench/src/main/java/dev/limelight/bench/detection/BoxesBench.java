package dev.limelight.bench.detection;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.bench.Machine;
import dev.limelight.bench.Medians;
import dev.limelight.bench.Report;
import dev.limelight.bench.Setting;
import dev.limelight.bench.Stopwatch;
import dev.limelight.bench.Table;
import dev.limelight.cam.Odam;
import dev.limelight.course.speed.ResidentMemory;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.perturb.DRise;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps of many boxes of one picture: the time of ODAM beside one forward pass, and the memory of
 * D-RISE by the limit that was set.
 */
public final class BoxesBench {

  private static final int BOXES = 300;
  private static final double TARGET = 3;
  private static final long MEGABYTE = 1L << 20;

  private BoxesBench() {}

  /**
   * Runs the bench.
   *
   * @param args the file of the tables, first
   */
  public static void main(String[] args) throws IOException {
    Table time =
        new Table(2, "engine", "boxes", "plain forward, ms", "ODAM, ms", "ratio", "target");
    Table memory =
        new Table(
            2,
            "engine",
            "memory limit, MB",
            "boxes",
            "additional peak memory, MB",
            "as planned, MB");
    for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
      try (Model model = LargeDetector.on(engine);
          NDManager scope = model.getNDManager().newSubManager()) {
        NDArray picture =
            scope.randomUniform(0, 1, new Shape(1, 3, LargeDetector.SIDE, LargeDetector.SIDE));
        odam(time, engine, model, picture);
        dRise(memory, engine, model, picture);
      }
    }
    Report report = new Report(Path.of(args[0]));
    report.write("boxes", time.lines());
    report.write("boxes memory", memory.lines());
    report.write("boxes machine", Machine.describe(""));
  }

  private static Explainer explainer(Model model, long memory) {
    return Explainer.builder()
        .setModel(model)
        .optReader("yolo-objectness")
        .optMemory(memory)
        .build()
        .at(LargeDetector.LAYER);
  }

  /** Boxes all over the picture, each of which chooses the candidate that is nearest to it. */
  private static List<Target> boxes(int count) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Rectangle2D box = new Rectangle2D.Double(20 + i % 17 * 6, 20 + i / 17 * 5, 90, 80);
      targets.add(Target.box(Target.of(i % 4), box));
    }
    return targets;
  }

  private static void odam(Table table, EngineName engine, Model model, NDArray picture) {
    try (Explainer explainer = explainer(model, 512 * MEGABYTE)) {
      for (int count : new int[] {1, 10, BOXES}) {
        Question question = question(picture, new Odam(), count);
        Medians times =
            new Stopwatch()
                .add("forward", () -> explainer.logits(1, i -> picture.toFloatArray()))
                .add("odam", () -> explainer.explain(question))
                .run(2, Setting.turns(10));
        double ratio = times.of("odam") / times.of("forward");
        table.row(
            engine,
            String.valueOf(count),
            times.of("forward"),
            times.of("odam"),
            Table.ratio(ratio),
            count == BOXES ? Table.ratio(TARGET) : "-");
      }
    }
  }

  private static void dRise(Table table, EngineName engine, Model model, NDArray picture)
      throws IOException {
    ResidentMemory resident = ResidentMemory.ofThisProcess();
    Method method = new DRise(64, 16, 0.5, 1);
    for (long megabytes : new long[] {32, 128, 512}) {
      for (int count : new int[] {1, 30}) {
        try (Explainer explainer = explainer(model, megabytes * MEGABYTE)) {
          Question question = question(picture, method, count);
          Plan.Row plan = explainer.plan(List.of(method), boxes(1).get(0)).rows().get(0);
          System.gc();
          double before = resident.now();
          resident.resetPeak();
          explainer.explain(question);
          table.row(
              engine,
              String.valueOf(megabytes),
              String.valueOf(count),
              resident.peak() - before,
              plan.bytes() / 1e6);
        }
      }
    }
  }

  private static Question question(NDArray picture, Method method, int count) {
    return Question.of(picture).methods(method).targets(boxes(count));
  }
}
