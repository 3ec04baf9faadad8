package dev.limelight.bench.sets;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.Question;
import dev.limelight.audit.Audit;
import dev.limelight.bench.Machine;
import dev.limelight.bench.Report;
import dev.limelight.bench.Table;
import dev.limelight.codec.Pictures;
import dev.limelight.course.data.Scenes;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Picture;
import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * JPEG files of a folder explained with Grad-CAM, compared with ONNX Runtime's own forward pass of
 * batches that are ready: what reading, resizing and the maps take in addition. The ways take
 * turns.
 */
public final class SetsBench {

  private static final int BATCH = 16;
  private static final int SIDE = 224;
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final int TURNS = 3;
  private static final double TARGET = 0.9;

  private SetsBench() {}

  private interface Work {
    void run() throws IOException, OrtException;
  }

  /** The time of one way through all pictures, the least of all turns. */
  private static final class Way {
    private final String name;
    private final Work work;
    private double wall = Double.POSITIVE_INFINITY;
    private double cores = Double.POSITIVE_INFINITY;

    Way(String name, Work work) {
      this.name = name;
      this.work = work;
    }

    void turn() throws IOException, OrtException {
      long cpu = cpu();
      long start = System.nanoTime();
      work.run();
      wall = Math.min(wall, (System.nanoTime() - start) / 1e9);
      cores = Math.min(cores, (cpu() - cpu) / 1e9);
    }

    private static long cpu() {
      return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
          .getProcessCpuTime();
    }
  }

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the table, how many pictures, and .onnx files whose batch is
   *     free
   */
  public static void main(String[] args) throws IOException, OrtException {
    int count = Integer.parseInt(args[1]) / BATCH * BATCH;
    Path folder = Files.createTempDirectory("limelight-bench");
    try {
      write(folder, count);
      Table table =
          new Table(
              2,
              "network",
              "what",
              "images per second",
              "ms of all cores an image",
              "of the forward pass",
              "target");
      for (String file : List.of(args).subList(2, args.length)) {
        measure(table, Path.of(file), folder, count);
      }
      Report report = new Report(Path.of(args[0]));
      report.write("sets", table.lines());
      report.write("sets machine", Machine.describe(""));
    } finally {
      AtomicFile.delete(folder);
    }
  }

  private static void measure(Table table, Path file, Path folder, int count)
      throws IOException, OrtException {
    EngineName.ONNX_RUNTIME.engine();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    ImageSet images = ImageSet.folder(folder);
    try (Explainer explainer = Explainer.of(file);
        Explainer several =
            Explainer.builder().setModel(file).optConcurrency(Machine.threads()).load();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Machine.threads());
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      try (OrtSession session = environment.createSession(file.toString(), options)) {
        List<Way> ways =
            List.of(
                new Way(
                    "ONNX Runtime, forward of ready batches",
                    () -> forward(environment, session, count)),
                new Way("read, then explained", () -> oneAfterTheOther(explainer, images)),
                new Way(
                    "audit, one batch after the other",
                    () -> {
                      ofAllThreads(1);
                      Audit.of(explainer, images);
                    }),
                new Way(
                    "audit, a batch for each core",
                    () -> {
                      ofAllThreads(Machine.threads());
                      Audit.of(several, images);
                    }));
        for (int turn = 0; turn < TURNS; turn++) {
          for (Way way : ways) {
            way.turn();
          }
        }
        for (Way way : ways) {
          boolean set = way != ways.get(0);
          table.row(
              file.getFileName().toString(),
              way.name,
              count / way.wall,
              1000 * way.cores / count,
              Table.ratio(ways.get(0).wall / way.wall),
              set ? Table.ratio(TARGET) : "-");
        }
      }
    }
  }

  private static void forward(OrtEnvironment environment, OrtSession session, int count)
      throws OrtException {
    String name = session.getInputNames().iterator().next();
    float[] values = new float[BATCH * 3 * SIDE * SIDE];
    Arrays.fill(values, 0.5f);
    long[] shape = {BATCH, 3, SIDE, SIDE};
    for (int from = 0; from < count; from += BATCH) {
      try (OnnxTensor input =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
          OrtSession.Result result = session.run(Map.of(name, input))) {
        result.get(0);
      }
    }
  }

  /** Sessions that are opened from now on share the threads of the engine among callers. */
  private static void ofAllThreads(int callers) {
    EngineName.ONNX_RUNTIME.setThreads(Math.max(1, Machine.threads() / callers));
  }

  private static void oneAfterTheOther(Explainer explainer, ImageSet images) throws IOException {
    ofAllThreads(1);
    for (int from = 0; from < images.size(); from += BATCH) {
      List<Picture> pictures = new ArrayList<>();
      for (int i = from; i < Math.min(images.size(), from + BATCH); i++) {
        pictures.add(images.get(i).picture());
      }
      explainer.explain(Question.of(pictures));
    }
  }

  private static void write(Path folder, int count) throws IOException {
    Scenes scenes = Scenes.builder().optSide(SIDE).build();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "%05d.jpg", i));
      Picture photo = scenes.get(i).picture().resized(WIDTH, HEIGHT);
      ImageIO.write(Pictures.toImage(photo), "jpg", file.toFile());
    }
  }
}
