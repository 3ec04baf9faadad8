package dev.limelight.bench;

import ai.djl.Model;
import dev.limelight.audit.Audit;
import dev.limelight.audit.Cluster;
import dev.limelight.codec.Png;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.Shortcut;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.drawing.Figure;
import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import dev.limelight.notebook.AuditTables;
import dev.limelight.notebook.chart.AuditCharts;
import dev.limelight.spark.LimelightJob;
import dev.limelight.spark.ModelSource;
import dev.limelight.spark.PictureFolder;
import dev.limelight.spark.SparkAudit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** Trains a network on a watermark, and audits a large set on Apache Spark to find it. */
public final class ShortcutBench {

  private static final int FIRST = 100_000;
  private static final int PICTURES = 10_000;

  private ShortcutBench() {}

  /**
   * Runs the benchmark.
   *
   * @param args a Markdown file for the table
   */
  public static void main(String[] args) throws IOException {
    Scenes scenes =
        Scenes.builder()
            .optSide(32)
            .optLabels("circle", "cross")
            .optShortcut(Shortcut.watermark("circle", 0.95))
            .build();
    int count = Setting.turns(PICTURES);
    Path folder = Files.createTempDirectory("limelight-bench");
    try {
      Path model = folder.resolve("model");
      train(scenes, model);
      for (int i = 0; i < count; i++) {
        Scene scene = scenes.get(FIRST + i);
        Path labelFolder =
            Files.createDirectories(
                folder.resolve("scenes").resolve(scenes.labels().get(scene.label())));
        Path file = labelFolder.resolve(String.format(Locale.ROOT, "%06d.png", i));
        Png.write(scene.picture(), file);
      }
      Path file = Path.of(args[0]).toAbsolutePath();
      new Report(file).write("shortcut", audit(scenes, count, model, folder, file));
    } finally {
      AtomicFile.delete(folder);
    }
  }

  private static void train(Scenes scenes, Path folder) throws IOException {
    EngineName.MXNET.engine().setRandomSeed(7);
    ConvNet network = new ConvNet(32, List.of(16, 32), 2, ConvNet.Head.POOLED);
    try (Model model = network.newModel("scenes", EngineName.MXNET)) {
      Training.builder()
          .setModel(model)
          .setData(scenes.asDataset(0, 600, 16, true), scenes.asDataset(2000, 200, 50, false))
          .optEpochs(3)
          .optLearningRate(3e-3f)
          .build()
          .fit();
      network.save(model, folder);
    }
  }

  /** Saves a figure next to the table and returns a link to it. */
  private static String saved(Figure figure, Path file) throws IOException {
    figure.save(file);
    return "![" + figure.altText() + "](" + file.getFileName() + ")";
  }

  private static List<String> audit(Scenes scenes, int count, Path model, Path folder, Path report)
      throws IOException {
    long start = System.nanoTime();
    SparkSession spark = SparkBench.session(new SparkBench.Layout(2, 1, 1), folder);
    try {
      String out = folder.resolve("results").toUri().toString();
      PictureFolder pictures = PictureFolder.of(spark, folder.resolve("scenes").toUri().toString());
      LimelightJob.builder()
          .setModel(ModelSource.sent(spark, model))
          .optLabels(scenes.labels())
          .optFolderClasses(scenes.labels())
          .optAudit(true)
          .build()
          .explainTo(pictures.images(), out);
      double explained = (System.nanoTime() - start) / 1e9;
      Audit audit = SparkAudit.of(spark.read().parquet(out), "grad-cam", 0);
      double all = (System.nanoTime() - start) / 1e9;
      List<String> lines = new ArrayList<>(Table.of(AuditTables.classes(audit)).lines());
      lines.add("");
      lines.addAll(Table.of(AuditTables.clusters(audit)).lines());
      lines.add("");
      lines.add(saved(AuditCharts.clusters(audit), report.resolveSibling("cluster-places.png")));
      lines.add("");
      lines.add(saved(AuditCharts.meanMaps(audit), report.resolveSibling("cluster-maps.png")));
      lines.add("");
      for (Cluster cluster : audit.suspicious()) {
        lines.add("Suspicious: " + cluster.sentence() + ".\n");
      }
      if (audit.suspicious().isEmpty()) {
        lines.add("Nothing suspicious was found.");
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%d images took %.0f s including the start of the executors, and the audit another %.0f s.",
              count,
              explained,
              all - explained));
      return lines;
    } finally {
      spark.stop();
    }
  }
}
