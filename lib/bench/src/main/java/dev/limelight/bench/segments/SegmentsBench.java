package dev.limelight.bench.segments;

import ai.djl.ndarray.NDArray;
import dev.limelight.Explainer;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.method.Work;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a sample of KernelSHAP costs, of about 50 segments and 1,000 samples, compared with a
 * forward pass in the same batches. Target: at most 1.1 of it.
 */
public final class SegmentsBench {

  private static final int SAMPLES = 1000;
  private static final int ROUNDS = 3;

  private SegmentsBench() {}

  /**
   * Only the forward passes: the picture as it is, again and again.
   *
   * @param count how often
   */
  private record Forwards(int count) implements Method {

    @Override
    public NDArray parts(Evidence evidence) {
      NDArray single = evidence.input().get("0:1");
      evidence.scores(
          0,
          count,
          (from, to, scope) -> {
            NDArray copies = single.repeat(0, to - from);
            copies.attach(scope);
            return copies;
          });
      return evidence.input();
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.perturbation("forwards");
    }

    @Override
    public Work work(Conditions at) {
      return Work.of("forwards").withForwards(count);
    }
  }

  /**
   * Runs the bench and prints a table.
   *
   * @param args a model's file or published name, and a photo
   */
  public static void main(String[] args) throws IOException {
    Picture photo = Pictures.read(Path.of(args[1]));
    Method shap = Methods.named("kernel-shap(segments=slic:50, samples=" + SAMPLES + ")");
    Method forwards = new Forwards(SAMPLES + 1);
    try (Explainer explainer = Explainer.of(Path.of(args[0]))) {
      double[] own = new double[ROUNDS];
      double[] plain = new double[ROUNDS];
      for (int i = -1; i < ROUNDS; i++) {
        double first = milliseconds(explainer, photo, forwards);
        double second = milliseconds(explainer, photo, shap);
        if (i >= 0) {
          plain[i] = first;
          own[i] = second;
        }
      }
      Arrays.sort(own);
      Arrays.sort(plain);
      System.out.println("| what | ms a sample | of a batched forward | target |");
      System.out.println("|---|---:|---:|---:|");
      row("batched forward", plain[ROUNDS / 2], plain[ROUNDS / 2], "");
      row("kernel-shap, 50 segments", own[ROUNDS / 2], plain[ROUNDS / 2], "1.10");
    }
  }

  private static double milliseconds(Explainer explainer, Picture photo, Method method) {
    long start = System.nanoTime();
    explainer.explain(photo, method, Target.top());
    return (System.nanoTime() - start) / 1e6;
  }

  private static void row(String name, double time, double forward, String target) {
    System.out.printf(
        Locale.ROOT, "| %s | %.2f | %.2f | %s |%n", name, time / SAMPLES, time / forward, target);
  }
}
