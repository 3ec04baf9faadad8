package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explainer;
import dev.limelight.concept.Concept;
import dev.limelight.concept.ConceptSettings;
import dev.limelight.concept.Concepts;
import dev.limelight.data.ImageSet;
import dev.limelight.spark.concept.SparkConcepts;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkConceptsIT {

  @TempDir static Path folder;

  private static SparkSession spark;
  private static Explainer explainer;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .getOrCreate();
    explainer =
        Explainer.builder().setModel(SceneFiles.NETWORK).optLabels(SceneFiles.LABELS).load();
  }

  @AfterAll
  static void stop() {
    ExecutorModels.close();
    explainer.close();
    spark.stop();
  }

  private static LimelightJobBuilder job() throws IOException {
    return LimelightJob.builder()
        .setModel(ModelSource.of(SceneFiles.NETWORK.toString()))
        .optLabels(SceneFiles.LABELS)
        .optBatch(7);
  }

  @Test
  void conceptsAreThoseOfOneMachine() throws IOException {
    Path files = folder.resolve("scenes");
    SceneFiles.write(SceneFiles.scenes().build(), SceneFiles.HELD_OUT, 40, files);
    ImageSet here = ImageSet.folder(files);
    Dataset<Row> there = PictureFolder.of(spark, files.toUri().toString()).images();
    ConceptSettings settings =
        ConceptSettings.USUAL.concepts(3).cropped(0.5).of(Target.of("circle"));
    Concepts expected = Concepts.of(explainer, here, settings);
    Concepts found = SparkConcepts.of(job().build(), explainer, here, there, settings);
    assertThat(found.bank()).isEqualTo(expected.bank());
    assertThat(found.maps()).hasSameSizeAs(expected.maps()).hasSizeGreaterThan(10);
    for (int j = 0; j < 3; j++) {
      Concept one = found.concepts().get(j);
      Concept other = expected.concepts().get(j);
      assertThat(one.importance()).isCloseTo(other.importance(), within(1e-5));
      assertThat(one.effect()).isCloseTo(other.effect(), within(1e-4));
      assertThat(one.share()).isCloseTo(other.share(), within(1e-5));
      assertThat(one.crops()).hasSameSizeAs(other.crops());
      for (int i = 0; i < found.maps().size(); i++) {
        assertThat(found.maps().get(i).map(j).maxDifference(expected.maps().get(i).map(j)))
            .isLessThan(1e-3);
      }
    }
    // The sample is a part of the set, and a picture that cannot be read is none of the class.
    Files.write(files.resolve("circle").resolve("broken.png"), new byte[] {1, 2, 3});
    Dataset<Row> more = PictureFolder.of(spark, files.toUri().toString()).images();
    Concepts sampled = SparkConcepts.of(job().build(), explainer, here.sample(20), more, settings);
    assertThat(sampled.maps()).hasSameSizeAs(expected.maps());
    assertThatThrownBy(
            () ->
                SparkConcepts.of(
                    job().optLayers("a", "b").build(), explainer, here, there, settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at one layer");
  }
}
