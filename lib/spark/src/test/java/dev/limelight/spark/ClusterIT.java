package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.audit.AuditRow;
import dev.limelight.codec.Pictures;
import dev.limelight.data.Example;
import dev.limelight.image.Picture;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Runs a real master and two real workers; the last test kills one of them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {

  private static final int COUNT = 2000;
  private static final int BROKEN = 10;

  @TempDir static Path folder;

  private static StandaloneCluster cluster;
  private static SparkSession spark;
  private static Explainer explainer;
  private static List<Path> files;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    files = SceneFiles.write(SceneFiles.scenes().build(), 50_000, COUNT, folder.resolve("scenes"));
    SceneFiles.broken(files.get(0), folder.resolve("scenes").resolve("cross"));
    Path archive = SceneFiles.zip(SceneFiles.NETWORK, folder.resolve("network.zip"));
    cluster = new StandaloneCluster(Files.createDirectories(folder.resolve("cluster")), 2);
    spark = cluster.session(archive);
    explainer =
        Explainer.builder().setModel(SceneFiles.NETWORK).optLabels(SceneFiles.LABELS).load();
  }

  @AfterAll
  static void stop() {
    if (explainer != null) {
      explainer.close();
    }
    if (spark != null) {
      spark.stop();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Dataset<Row> images() throws IOException {
    return PictureFolder.of(spark, folder.resolve("scenes").toUri().toString()).images();
  }

  private static LimelightJobBuilder job() throws IOException {
    return LimelightJob.builder()
        .setModel(ModelSource.sent(spark, SceneFiles.NETWORK))
        .optLabels(SceneFiles.LABELS)
        .optFolderClasses(SceneFiles.LABELS)
        .optMaskColumn("mask")
        .optAudit(true);
  }

  @Test
  @Order(1)
  void aSubmittedModelIsFoundAndADifferentOneIsRefused() throws IOException {
    ModelSource submitted = ModelSource.of("network");
    Dataset<Row> one = images().limit(1);
    assertThat(job().setModel(submitted).build().explain(one).first().<String>getAs("error"))
        .isNull();
    ModelSource other = new ModelSource("network").expecting("0".repeat(64));
    assertThatThrownBy(() -> job().setModel(other).build().explain(one).collectAsList())
        .hasMessageContaining("the model network is another one on this executor")
        .hasMessageContaining(ModelFile.of(SceneFiles.NETWORK).sha256());
  }

  @Test
  @Order(2)
  void theMemoryOfExecutorsStaysFlat() throws IOException {
    Dataset<Row> rows = job().build().explain(images());
    List<ProcessHandle> executors =
        List.of(cluster.executor(0).orElseThrow(), cluster.executor(1).orElseThrow());
    rows.write().format("noop").mode("overwrite").save();
    List<Double> before = new ArrayList<>();
    for (ProcessHandle executor : executors) {
      before.add(StandaloneCluster.resident(executor));
    }
    for (int i = 0; i < 2; i++) {
      rows.write().format("noop").mode("overwrite").save();
    }
    for (int i = 0; i < 2; i++) {
      double more = StandaloneCluster.resident(executors.get(i)) - before.get(i);
      System.out.printf("executor %d: %.0f MB, %.0f MB more%n", i, before.get(i), more);
      assertThat(more).as("megabytes more after 2 x 1,000 pictures").isLessThan(60);
    }
  }

  @Test
  @Order(3)
  void everyPictureHasOneRowThoughAWorkerIsKilled() throws IOException, InterruptedException {
    String out = folder.resolve("results").toUri().toString();
    CountDownLatch firstRows = new CountDownLatch(12);
    List<String> failed = new ArrayList<>();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            if (end.taskInfo().successful()) {
              firstRows.countDown();
            } else {
              failed.add(end.reason().toString());
            }
          }
        };
    spark.sparkContext().addSparkListener(counter);
    Thread killer =
        new Thread(
            () -> {
              try {
                if (firstRows.await(1, TimeUnit.MINUTES)) {
                  cluster.kill(1);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    killer.start();
    job().build().explainTo(images(), out);
    killer.join();
    assertThat(cluster.executor(1)).isEmpty();
    assertThat(failed).as("tasks that died with their executor").isNotEmpty();
    Map<String, ExplainedPicture> rows = new HashMap<>();
    List<Row> all = spark.read().parquet(out).collectAsList();
    all.forEach(row -> rows.put(row.getAs("path"), ExplainedPicture.of(row)));
    assertThat(all.size()).isEqualTo(COUNT + BROKEN);
    assertThat(rows.size()).isEqualTo(COUNT + BROKEN);
    assertThat(rows.values().stream().filter(ExplainedPicture::failed).toList())
        .hasSize(BROKEN)
        .allSatisfy(
            row -> {
              assertThat(row.path()).contains("broken-");
              assertThat(row.error()).startsWith(row.path()).contains(";");
              assertThatThrownBy(row::explained).hasMessageContaining(row.error());
            });
    assertEqualToOneMachine(rows);

    // A resumed job computes only what is missing.
    SceneFiles.write(SceneFiles.scenes().build(), 90_000, 50, folder.resolve("scenes"));
    LimelightJob.Reports reports = LimelightJob.Reports.of(images());
    job().build().explainTo(images(), out, reports);
    assertThat(reports.done().value()).isEqualTo(50);
    Dataset<Row> more = spark.read().parquet(out);
    assertThat(more.count()).isEqualTo(COUNT + BROKEN + 50);
    assertThat(more.select("path").distinct().count()).isEqualTo(COUNT + BROKEN + 50);
    assertThatThrownBy(() -> job().optSeed(1).build().explainTo(images(), out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("seed: 0, and now seed: 1");
  }

  private static void assertEqualToOneMachine(Map<String, ExplainedPicture> rows)
      throws IOException {
    for (int from = 0; from < COUNT; from += 100) {
      List<Path> batch = files.subList(from, from + 100);
      List<Picture> pictures = new ArrayList<>();
      for (Path file : batch) {
        pictures.add(Pictures.read(file));
      }
      List<Explanation> expected = explainer.explain(Question.of(pictures));
      for (int i = 0; i < batch.size(); i++) {
        Explanation alone = expected.get(i);
        ExplainedPicture row = rows.get("file:" + batch.get(i));
        ExplainedPicture.Explained found = row.explained();
        assertThat(found.prediction()).isEqualTo(alone.predicted());
        assertThat(found.predictedLabel()).isEqualTo(alone.predictedLabel());
        assertThat(SceneFiles.LABELS.get(row.label()))
            .isEqualTo(batch.get(i).getParent().getFileName().toString());
        assertThat(Math.abs(found.probability() - alone.probability())).isLessThan(1e-6);
        assertThat(row.layer()).isEqualTo(alone.provenance().layerText());
        AuditRow evidence = AuditRow.of(0, new Example("-", pictures.get(i), -1, null), alone);
        assertThat(farthest(found.evidence().map(), evidence.map())).isLessThan(1e-6);
        assertThat(found.map().width()).isEqualTo(alone.map().width());
        assertThat(found.map().unit()).isEqualTo(alone.map().unit());
        float largest = Math.max(alone.map().max(), -alone.map().min());
        // float16 has 11 bits.
        assertThat(farthest(found.map().values(), alone.map().values()))
            .isLessThan(largest * 0x1.01p-11 + 1e-6);
        double[] box = {
          alone.box(0.2).getX(),
          alone.box(0.2).getY(),
          alone.box(0.2).getWidth(),
          alone.box(0.2).getHeight()
        };
        assertThat(found.box().stream().mapToDouble(value -> value).toArray())
            .containsExactly(alone.box(0.2).isEmpty() ? new double[0] : box);
      }
    }
  }

  private static double farthest(float[] one, float[] other) {
    assertThat(one).hasSameSizeAs(other);
    double farthest = 0;
    for (int i = 0; i < one.length; i++) {
      farthest = Math.max(farthest, Math.abs(one[i] - other[i]));
    }
    return farthest;
  }
}
