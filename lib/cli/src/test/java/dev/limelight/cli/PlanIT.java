package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain --plan}, and several layers at once. */
class PlanIT {

  private static final String SYMBOL = Launcher.fixture("tiny-resnet-symbol.json");

  @TempDir private Path folder;

  @Test
  void aPlanPrintsARowPerMethodAndWritesNothing() throws Exception {
    Launcher.Result methods = Launcher.run("methods");
    Launcher.Result plan = Launcher.run("explain", "--model", SYMBOL, "--size", "64", "--plan");
    assertThat(plan.exit()).isZero();
    assertThat(plan.errors()).isEmpty();
    assertThat(plan.rows().get(0).split(" {2,}"))
        .containsExactly("method", "layer", "passes", "memory", "how");
    assertThat(plan.rows().stream().skip(1).map(row -> row.split(" ")[0]))
        .containsExactlyElementsOf(methods.rows().stream().map(row -> row.split(" ")[0]).toList());
    assertThat(plan.out()).contains("the same map as grad-cam up to scale");
  }

  @Test
  void aPlanSuggestsAlternativesToAMethodThatCannotRun(@TempDir Path folder) throws Exception {
    Launcher.Result plan =
        Launcher.run(
            "explain",
            "--model",
            OnnxIT.withoutGradient(folder).toString(),
            "--layer",
            "layer2",
            "--method",
            "grad-cam",
            "--plan");
    assertThat(plan.exit()).isZero();
    assertThat(plan.rows()).hasSize(2);
    assertThat(plan.out()).contains("cannot run: the tensor ").contains("the path ends at Ceil");
  }

  @Test
  void withoutAPlanPicturesAreNeeded() throws Exception {
    Launcher.Result nothing = Launcher.run("explain", "--model", SYMBOL);
    assertThat(nothing.exit()).isEqualTo(2);
    assertThat(nothing.err()).contains("--image").contains("--tensor");
  }

  @Test
  void aPlanOfSmoothedMethodsSmoothsEach() throws Exception {
    Launcher.Result plain = Launcher.run("explain", "--model", SYMBOL, "--size", "64", "--plan");
    Launcher.Result plan =
        Launcher.run(
            "explain",
            "--model",
            SYMBOL,
            "--size",
            "64",
            "--plan",
            "--aug-smooth",
            "--eigen-smooth");
    assertThat(plan.exit()).isZero();
    assertThat(plan.errors()).isEmpty();
    assertThat(plan.rows().stream().skip(1).map(row -> row.split(" ")[0]))
        .containsExactlyElementsOf(
            plain.rows().stream()
                .skip(1)
                .map(row -> row.split(" ")[0] + "-eigen-smooth-aug-smooth")
                .toList());
    assertThat(plan.rows())
        .filteredOn(row -> row.startsWith("grad-cam-eigen"))
        .singleElement()
        .asString()
        .contains("  5 forwards, 6 head backwards  ");
  }

  @Test
  void severalLayersMakeOneMap() throws Exception {
    Path out = folder.resolve("out");
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            SYMBOL,
            "--layer",
            "layer2",
            "--layer",
            "layer3",
            "--method",
            "layer-cam",
            "--size",
            "64",
            "--image",
            Launcher.fixture("picture-0.png"),
            "--out",
            out.toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(Files.readString(out.resolve("manifest.json"))).contains("\"layer2, layer3\"");
    assertThat(out.resolve("picture-0-layer-cam.png")).isNotEmptyFile();
  }
}
