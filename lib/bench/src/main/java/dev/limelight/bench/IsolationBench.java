package dev.limelight.bench;

import dev.limelight.Explainer;
import dev.limelight.ExplainerBuilder;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Grad-CAM of ResNet-50 in a separate process, and in this one. */
public final class IsolationBench {

  private static final int BATCH = 16;
  private static final double TARGET = 1.1;

  private IsolationBench() {}

  /**
   * Runs the bench.
   *
   * @param args the arguments of {@link Setting}
   */
  public static void main(String[] args) throws IOException {
    Setting setting = Setting.of(args);
    Table table =
        new Table(1, "pictures at once", "in this process, ms", "isolated, ms", "ratio", "target");
    try (Explainer plain = builder(setting).load();
        Explainer isolated = builder(setting).optIsolated(true).load()) {
      row(table, plain, isolated, BATCH, Table.ratio(TARGET));
      row(table, plain, isolated, 1, "-");
    }
    Report report = new Report(setting.report());
    report.write("isolation", table.lines());
    report.write("isolation machine", Machine.describe(""));
  }

  private static ExplainerBuilder builder(Setting setting) {
    return Explainer.builder()
        .setModel(setting.models().resolve("resnet50.pt"))
        .optPreprocessing(Preprocessing.of(Setting.size(), Setting.size()));
  }

  private static void row(
      Table table, Explainer plain, Explainer isolated, int count, String target) {
    List<Picture> pictures = IntStream.range(0, count).mapToObj(IsolationBench::noise).toList();
    Question question = Question.of(pictures).methods(new GradCam());
    Medians times =
        Setting.times(
            new Stopwatch()
                .add("plain", () -> plain.explain(question))
                .add("isolated", () -> isolated.explain(question)),
            count == 1 ? 30 : 10);
    double own = times.of("plain");
    double other = times.of("isolated");
    table.row(String.valueOf(count), own, other, Table.ratio(other / own), target);
  }

  private static Picture noise(int seed) {
    int size = Setting.size();
    int[] colors = new Random(seed).ints(size * size).toArray();
    return Picture.of(size, size, colors, "noise " + seed);
  }
}
