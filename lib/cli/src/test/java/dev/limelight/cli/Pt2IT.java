package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Pt2IT {

  private static final String MODEL =
      Path.of("..", "onnx", "src", "test", "resources", "pt2", "Residual-2.15-saved.pt2")
          .toString();

  @TempDir private Path folder;

  @Test
  void layersAreTheModulesOfPython() throws Exception {
    Launcher.Result result = Launcher.run("layers", "--model", MODEL);
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows().stream().map(row -> row.substring(1).strip().split(" ")[0]))
        .contains("layer1.0", "layer1.1", "layer1", "layer2.0")
        .doesNotContain("fc");
  }

  @Test
  void aPictureGetsAnOverlay() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            MODEL,
            "--layer",
            "layer2",
            "--image",
            Launcher.fixture("picture-1.png"),
            "--out",
            folder + "/out");
    assertThat(result.exit()).isZero();
    assertThat(folder.resolve("out/picture-1-grad-cam.png")).isNotEmptyFile();
  }

  @Test
  void theModelAndItsHeatmapBecomeOneOnnxFile() throws Exception {
    Path out = folder.resolve("map.onnx");
    Launcher.Result result = Launcher.run("export", "--model", MODEL, "--out", out.toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(Launcher.run("layers", "--model", out.toString()).exit()).isZero();
  }

  @Test
  void aFileCutShortIsRefusedInOneLine() throws Exception {
    Path part =
        Files.write(
            folder.resolve("part.pt2"), Arrays.copyOf(Files.readAllBytes(Path.of(MODEL)), 5000));
    Launcher.Result result = Launcher.run("layers", "--model", part.toString());
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.errors().lines()).hasSize(1);
    assertThat(result.errors()).startsWith("limelight: ").contains("part.pt2", "cut short");
  }
}
