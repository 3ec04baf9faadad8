package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.example.Foreign;
import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSettingsIT {

  private static final String ALLOWED = "limelight.block.factories";

  @TempDir Path folder;

  private SparkSession spark;
  private Dataset<Row> images;

  @BeforeEach
  void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .getOrCreate();
    Path pictures = folder.resolve("pictures");
    SceneFiles.write(SceneFiles.scenes().build(), SceneFiles.HELD_OUT, 1, pictures);
    images = PictureFolder.of(spark, pictures.toUri().toString()).images();
  }

  @AfterEach
  void stop() {
    System.clearProperty(ALLOWED);
    ExecutorModels.close();
    spark.stop();
  }

  private static LimelightJobBuilder job(Path network) throws IOException {
    return LimelightJob.builder()
        .setModel(ModelSource.of(network.toString()))
        .optLabels(SceneFiles.LABELS);
  }

  private Row only(LimelightJobBuilder job) {
    return job.build().explain(images).collectAsList().get(0);
  }

  @Test
  void aBlockFactoryIsAllowedByName() throws IOException {
    Path network = Files.createDirectories(folder.resolve("network"));
    for (Path file : AtomicFile.files(SceneFiles.NETWORK)) {
      Files.copy(file, network.resolve(file.getFileName().toString()));
    }
    Path properties = network.resolve("serving.properties");
    Files.writeString(
        properties,
        Files.readString(properties)
            .replaceFirst("blockFactory=.*", "blockFactory=" + Foreign.class.getName()));
    assertThatThrownBy(() -> only(job(network)))
        .hasStackTraceContaining(
            "names the block factory com.example.Foreign, whose code would run");
    Row row = only(job(network).optBlockFactory(Foreign.class.getName()));
    assertThat(row.isNullAt(row.fieldIndex("error"))).isTrue();
  }

  @Test
  void deviceAndThreadsReachTheEngine() throws IOException {
    Row row = only(job(SceneFiles.NETWORK).optDevice(Device.cpu()));
    assertThat(row.isNullAt(row.fieldIndex("error"))).isTrue();
    assertThatThrownBy(() -> only(job(SceneFiles.NETWORK).optDevice(Device.gpu(63))))
        .hasStackTraceContaining("MXNet sees no device gpu63 here");
    assertThatThrownBy(() -> only(job(SceneFiles.NETWORK).optThreads(2)))
        .hasStackTraceContaining("MXNet reads the environment variable OMP_NUM_THREADS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LimelightJob.builder().optThreads(0))
        .withMessage("threads are a number from 1, but got 0");
  }
}
