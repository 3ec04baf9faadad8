package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain} writes the values of segments. */
class SegmentsIT {

  @TempDir private Path folder;

  private Launcher.Result explain(String method) throws Exception {
    return Launcher.runIn(
        folder,
        "explain",
        "--model",
        Launcher.fixture("tiny-resnet.onnx"),
        "--image",
        Launcher.fixture("picture-0.png"),
        "--out",
        "seen",
        "--json",
        "--method",
        method);
  }

  @Test
  void theyAreInTheManifestAndInATable() throws Exception {
    Launcher.Result run = explain("kernel-shap(segments=grid:4, samples=100)");
    assertThat(run.exit()).as(run.err()).isZero();
    JsonObject line = JsonParser.parseString(run.rows().get(0)).getAsJsonObject();
    assertThat(line.get("files").toString()).contains("seen/segments.csv");
    assertThat(String.join("\n", run.notes())).contains("replaces hidden segments by the blurred");
    Path seen = folder.resolve("seen");
    List<String> rows = Files.readAllLines(seen.resolve("segments.csv"));
    assertThat(rows).hasSize(17);
    JsonObject manifest =
        JsonParser.parseString(Files.readString(seen.resolve("manifest.json"))).getAsJsonObject();
    assertThat(
            manifest
                .getAsJsonArray("explanations")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("segments"))
        .hasSize(16);
    // A later run of another method leaves no values of this one behind.
    assertThat(explain("grad-cam").exit()).isZero();
    assertThat(seen.resolve("segments.csv")).doesNotExist();
  }

  @Test
  void whatIsNoSegmentationIsAMistake() throws Exception {
    Launcher.Result run = explain("lime(segments=superpixels)");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("slic:50, felzenszwalb:100, grid:8").doesNotContain("Exception");
    assertThat(folder.resolve("seen")).doesNotExist();
  }
}
