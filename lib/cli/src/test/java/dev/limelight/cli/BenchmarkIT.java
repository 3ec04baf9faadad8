package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.benchmark.Looks;
import dev.limelight.zoo.EfficientNetLite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkIT {

  private static final String SHAPES =
      Path.of("../../notebooks/data/models/scenes").toAbsolutePath().normalize().toString();

  @TempDir private Path folder;

  private Path labels() throws IOException {
    return Files.writeString(folder.resolve("labels.txt"), "circle\ncross\n");
  }

  private Launcher.Result run(String... more) throws Exception {
    return Launcher.run(
        Stream.concat(
                Stream.of(
                    "benchmark",
                    "--model",
                    SHAPES,
                    "--labels",
                    labels().toString(),
                    "--cut-outs",
                    "shapes",
                    "--methods",
                    "grad-cam,center-blob",
                    "--out",
                    folder.resolve("page.html").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void theSecondLookIsCounted() throws Exception {
    Launcher.Result first = run("--scenes", "12", "--costly", "2", "--set", "report");
    assertThat(first.errors()).isEmpty();
    assertThat(first.exit()).isZero();
    assertThat(first.notes())
        .anyMatch(note -> note.startsWith("the network saw the objects in "))
        .anyMatch(note -> note.endsWith("square, triangle"))
        .anyMatch(note -> note.startsWith("this set was looked at for the first time (report, "));
    assertThat(first.rows().get(0)).startsWith("metric").contains("less grad-cam");
    assertThat(first.out()).contains("max-box-acc-v2", "insertion-deletion");
    assertThat(Files.readString(folder.resolve("page.html")))
        .contains("Benchmark of scenes", "looked at for the first time");
    String edges = "guided-filter(inner=grad-cam, eps=0.01)";
    Launcher.Result second =
        run("--scenes", "12", "--costly", "0", "--set", "report", "--json", "--methods", edges);
    assertThat(second.notes())
        .anyMatch(note -> note.startsWith("guided-filter follows edges of the picture"))
        .anyMatch(note -> note.startsWith("this set was looked at 2 times (report, "));
    JsonObject line = JsonParser.parseString(second.rows().get(0)).getAsJsonObject();
    assertThat(line.get("metric").getAsString()).isEqualTo("pointing-game");
    assertThat(line.get("method").getAsString()).isEqualTo("grad-cam");
    assertThat(line.get("looks").getAsInt()).isEqualTo(2);
    assertThat(line.get("difference").isJsonNull()).isTrue();
    assertThat(Files.readAllLines(folder.resolve(Looks.NAME))).hasSize(3);
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnyWork() throws Exception {
    assertThat(run("--objects", "3").err()).contains("--objects is 1 or 2, but got 3");
    assertThat(run("--sizes", "big").err()).contains("a size is such as 0.2-0.6");
    assertThat(run("--objects", "2", "--target", "top").err()).contains("leave one of them away");
    assertThat(run("--scenes", "0").err()).contains("at least 1, but got 0");
    assertThat(folder.resolve("page.html")).doesNotExist();
  }

  @Test
  void cutOutsOfNoClassAreRefusedWithTheWayOut() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "benchmark",
            "--model",
            SHAPES,
            "--labels",
            labels().toString(),
            "--out",
            folder.resolve("page.html").toString());
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains(
            "none of 14 objects, such as African_chameleon_1.png, has a class of this network");
    assertThat(folder.resolve(Looks.NAME)).doesNotExist();
  }

  /**
   * The spotlight on scenes that nothing was chosen by. Of the network's published weights, which
   * are not always there.
   */
  @Test
  void theSpotlightHoldsOnAReportSet() throws Exception {
    try {
      EfficientNetLite.lite0().weights();
    } catch (IOException e) {
      System.out.println("skipped: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
    List<JsonObject> one = report("--scenes", "56", "--costly", "6");
    assertThat(value(one, "pointing-game")).isGreaterThanOrEqualTo(0.85);
    assertThat(value(one, "energy-in-mask")).isGreaterThanOrEqualTo(0.55);
    assertThat(value(one, "best-iou")).isGreaterThanOrEqualTo(0.60);
    assertThat(value(one, "model-randomisation")).isLessThan(0.5);
    List<JsonObject> two = report("--scenes", "56", "--costly", "0", "--objects", "2");
    assertThat(value(two, "pointing-game")).isGreaterThanOrEqualTo(0.80);
    // 0.03 was the aim, and is not reached: docs/SPOTLIGHT.md.
    assertThat(value(two, "peak-on-other")).isLessThan(0.1);
  }

  private List<JsonObject> report(String... more) throws Exception {
    Launcher.Result result =
        Launcher.run(
            Stream.concat(
                    Stream.of(
                        "benchmark",
                        "--model",
                        "efficientnet-lite0",
                        "--methods",
                        "grad-spotlight",
                        "--set",
                        "report",
                        "--seed",
                        "2026",
                        "--json",
                        "--out",
                        folder.resolve("page.html").toString()),
                    Stream.of(more))
                .toArray(String[]::new));
    assertThat(result.errors()).isEmpty();
    return result.rows().stream()
        .map(row -> JsonParser.parseString(row).getAsJsonObject())
        .toList();
  }

  private static double value(List<JsonObject> lines, String metric) {
    return lines.stream()
        .filter(line -> line.get("metric").getAsString().equals(metric))
        .mapToDouble(line -> line.get("value").getAsDouble())
        .findFirst()
        .orElseThrow();
  }
}
