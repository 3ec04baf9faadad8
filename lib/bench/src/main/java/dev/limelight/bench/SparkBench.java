package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.XavierInitializer;
import dev.limelight.codec.Pictures;
import dev.limelight.course.data.Scenes;
import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import dev.limelight.spark.LimelightJob;
import dev.limelight.spark.ModelSource;
import dev.limelight.spark.PictureFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Pictures per second on Apache Spark and with the library alone, alternating on the same pictures:
 * JPEG files are read, explained with Grad-CAM of ResNet-18, and written as Parquet.
 */
public final class SparkBench {

  private static final int PICTURES = 1000;
  private static final int TURNS = 3;
  private static final int WARM_UP = 2;
  private static final int START = 64;
  private static final double TARGET = 5;
  private static final String PROPERTIES =
      "blockFactory=ai.djl.basicmodelzoo.cv.classification.ResnetBlockFactory\n"
          + "numLayers=18\noutSize=1000\nimageShape=[3,224,224]\n";

  private SparkBench() {}

  /** The distribution of a machine's cores. */
  record Layout(int executors, int cores, int threads) {
    String text() {
      return executors
          + (executors == 1 ? " executor of " : " executors of ")
          + cores
          + (cores == 1 ? " core" : " cores")
          + ", "
          + threads
          + (threads == 1 ? " thread" : " threads");
    }
  }

  private record Times(double start, double plain, double spark) {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the tables
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("limelight-bench");
    try {
      Path model = Files.createDirectories(folder.resolve("model"));
      save(model);
      Files.writeString(model.resolve("serving.properties"), PROPERTIES);
      int count = Setting.turns(PICTURES);
      List<Path> turns = new ArrayList<>();
      for (int i = 0; i < TURNS; i++) {
        turns.add(write(folder.resolve("turn-" + i), i * count, count));
      }
      Path start = write(folder.resolve("start"), TURNS * count, Math.min(START, count));
      Table table =
          new Table(
              1,
              "layout",
              "library alone, images per second",
              "on Spark",
              "overhead, %",
              "target, %",
              "start, s");
      double best = 0;
      for (Layout layout : List.of(new Layout(1, 1, 1), new Layout(2, 1, 1), new Layout(1, 2, 2))) {
        Times times = run(layout, folder, model, start, turns);
        double pictures = 1000.0 * TURNS * count;
        best = Math.max(best, pictures / times.spark());
        table.row(
            layout.text(),
            pictures / times.plain(),
            pictures / times.spark(),
            100 * (times.spark() / times.plain() - 1),
            TARGET,
            times.start() / 1000);
      }
      Report report = new Report(Path.of(args[0]));
      report.write("spark", table.lines());
      report.write("spark million", million(best));
      report.write("spark machine", Machine.describe(""));
    } finally {
      AtomicFile.delete(folder);
    }
  }

  /** DJL's own ResNet-18 with random weights. */
  private static void save(Path folder) throws IOException {
    try (Model model = EngineName.MXNET.newModel("resnet18", null)) {
      Block block =
          ResNetV1.builder()
              .setNumLayers(18)
              .setOutSize(1000)
              .setImageShape(new Shape(3, 224, 224))
              .build();
      block.setInitializer(new XavierInitializer(), Parameter.Type.WEIGHT);
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 224, 224));
      model.setBlock(block);
      model.save(folder, "resnet18");
    }
  }

  /** Hours for a million pictures, from the best rate of two cores. */
  private static List<String> million(double rate) {
    Table table = new Table(1, "cores", "images per second", "hours for a million");
    for (int cores : new int[] {2, 16, 64}) {
      double all = rate / 2 * cores;
      table.row(cores, all, 1e6 / all / 3600);
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "Computed, not measured, from %.1f images per second on two cores, assuming equally fast cores,"
                + " executors that do not wait for storage or network, and no failures.",
            rate));
    return lines;
  }

  private static Times run(Layout layout, Path folder, Path model, Path first, List<Path> turns)
      throws IOException {
    // The library alone has as many threads as Spark has cores.
    int cores = layout.executors() * layout.cores();
    long start = System.nanoTime();
    SparkSession spark = session(layout, folder);
    try (PlainPictures plain = new PlainPictures(model, cores)) {
      explain(spark, model, first, folder);
      double started = (System.nanoTime() - start) / 1e6;
      // Warm-up until both run compiled code, so that the turns represent the middle of a long job.
      for (Path turn : turns.subList(0, WARM_UP)) {
        plain.run(turn);
        explain(spark, model, turn, folder);
      }
      double alone = 0;
      double onSpark = 0;
      for (Path turn : turns) {
        alone += plain.run(turn);
        onSpark += explain(spark, model, turn, folder);
      }
      return new Times(started, alone, onSpark);
    } finally {
      spark.stop();
    }
  }

  private static double explain(SparkSession spark, Path model, Path pictures, Path folder)
      throws IOException {
    Path out = folder.resolve("out");
    long start = System.nanoTime();
    Dataset<Row> images = PictureFolder.of(spark, pictures.toUri().toString()).images();
    LimelightJob.builder()
        .setModel(ModelSource.of(model.toString()))
        .build()
        .explainTo(images, out.toUri().toString());
    double milliseconds = (System.nanoTime() - start) / 1e6;
    long failed = spark.read().parquet(out.toString()).where("error is not null").count();
    if (failed > 0) {
      throw new IOException(failed + " pictures could not be explained");
    }
    AtomicFile.delete(out);
    return milliseconds;
  }

  /** A session whose executors are separate processes. */
  static SparkSession session(Layout layout, Path folder) {
    return SparkSession.builder()
        .master(
            String.format(
                Locale.ROOT, "local-cluster[%d,%d,1024]", layout.executors(), layout.cores()))
        .appName("limelight bench")
        .config("spark.jars", jars())
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", folder.resolve("spark").toString())
        .config("spark.executor.memory", "1024m")
        // The setting of explain-many.
        .config("spark.sql.files.openCostInBytes", "524288")
        .config("spark.executorEnv.OMP_NUM_THREADS", String.valueOf(layout.threads()))
        .config("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE")
        .config(
            "spark.executor.extraJavaOptions",
            layout.cores() == 1 ? "-XX:+UseSerialGC" : "-XX:+UseG1GC")
        .getOrCreate();
  }

  /** The jars of the bench without Spark, its logger and other engines. */
  private static String jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(jar -> !jar.contains("spark-home") && !jar.contains("pytorch"))
        .map(jar -> Path.of(jar).toUri().toString())
        .collect(Collectors.joining(","));
  }

  private static Path write(Path folder, int first, int count) throws IOException {
    Files.createDirectories(folder);
    Scenes scenes = Scenes.builder().optSide(Setting.size()).build();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "%05d.jpg", i));
      ImageIO.write(Pictures.toImage(scenes.get(first + i).picture()), "jpg", file.toFile());
    }
    return folder;
  }

  /** The files of a folder, by name. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).map(Path::toAbsolutePath).sorted().toList();
    }
  }
}
