package dev.limelight.course.speed;

import ai.djl.Device;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The process that {@link Throughput} starts: explains pictures of noise and prints its numbers.
 */
final class ThroughputProcess {

  /** Begins the lines of numbers; native libraries print other lines. */
  static final String MARK = "limelight: ";

  private static final int WARM_UP = 3;
  private static final int FEWEST = 5;
  private static final long NANOSECONDS = 1_000_000_000L;

  private ThroughputProcess() {}

  /**
   * Measures.
   *
   * @param args a model's path, engine and device, and sizes of batches
   */
  public static void main(String[] args) throws IOException {
    ResidentMemory resident = ResidentMemory.ofThisProcess();
    print(resident.now());
    // Without an engine: to be asked would load the default one.
    ModelFile file =
        new ModelFile(
            Path.of(args[0]), EngineName.valueOf(args[1]), Device.fromName(args[2], null));
    try (Explainer explainer =
        Explainer.builder().setModel(file).optMemory(Long.MAX_VALUE).load()) {
      for (String size : List.of(args).subList(3, args.length)) {
        resident.resetPeak();
        double perSecond = perSecond(explainer, Integer.parseInt(size));
        print(Integer.parseInt(size), perSecond, resident.peak());
      }
    }
  }

  private static double perSecond(Explainer explainer, int size) {
    Preprocessing input = explainer.model().preprocessing();
    float[] noise = noise(3 * input.width() * input.height());
    Runnable batch = () -> explainer.explain(Question.of(size, i -> noise));
    for (int i = 0; i < WARM_UP; i++) {
      batch.run();
    }
    // What else the machine does only slows down: the fastest is nearest to what it can.
    long fastest = Long.MAX_VALUE;
    int runs = 0;
    long begin = System.nanoTime();
    while (runs < FEWEST || System.nanoTime() - begin < NANOSECONDS) {
      long start = System.nanoTime();
      batch.run();
      fastest = Math.min(fastest, System.nanoTime() - start);
      runs++;
    }
    return size * (double) NANOSECONDS / fastest;
  }

  private static float[] noise(int count) {
    Random random = new Random(0);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static void print(double... numbers) {
    StringBuilder line = new StringBuilder();
    for (double number : numbers) {
      line.append(String.format(Locale.ROOT, " %.3f", number));
    }
    System.out.println(MARK + line.substring(1));
  }
}
