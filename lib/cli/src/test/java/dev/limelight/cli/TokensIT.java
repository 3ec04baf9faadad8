package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of tokens on the command line. */
class TokensIT {

  private static final Path FILES =
      Path.of(Launcher.fixture("../transformers")).toAbsolutePath().normalize();
  private static final String MODEL = FILES.resolve("tiny-vit.pt").toString();
  private static final Path GOLDEN = FILES.resolve("golden.npz");
  private static final String LAYER = "encoder.layers.encoder_layer_1.ln_1";

  @TempDir private Path folder;

  private Launcher.Result explain(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--model", MODEL, "--tensor", GOLDEN + ":x"));
    arguments.addAll(List.of("--target", "3", "--out", folder.resolve("out").toString()));
    arguments.addAll(List.of(more));
    return Launcher.run(arguments.toArray(String[]::new));
  }

  @Test
  void theStarIsAtTheLastLayerWhoseLocationsReachTheHead() throws Exception {
    Launcher.Result result = Launcher.run("layers", "--model", MODEL, "--input", "3,64,64");
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows().stream().filter(row -> row.startsWith("*")))
        .singleElement()
        .satisfies(row -> assertThat(row.split(" +")).contains(LAYER, "12,8,8"));
  }

  @Test
  void theMapEqualsThatOfTheFixture() throws Exception {
    Launcher.Result result = explain();
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream expected = Files.newInputStream(GOLDEN);
        InputStream found = Files.newInputStream(folder.resolve("out/explanations.npz"))) {
      assertThat(NDList.decode(manager, found).get("map").toFloatArray())
          .containsExactly(
              NDList.decode(manager, expected).get("vit/" + LAYER + "/grad-cam").toFloatArray(),
              within(1e-5f));
    }
  }

  @Test
  void aGridIsUsedOrReportedAsTooLarge() throws Exception {
    assertThat(explain("--layer", LAYER, "--grid", "4x16").exit()).isZero();
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream found = Files.newInputStream(folder.resolve("out/explanations.npz"))) {
      assertThat(NDList.decode(manager, found).get("map").getShape())
          .isEqualTo(new Shape(2, 4, 16));
    }
    Launcher.Result large = explain("--layer", LAYER, "--grid", "9x9");
    assertThat(large.exit()).isEqualTo(1);
    assertThat(large.err())
        .contains("gives (2, 65, 12), fewer tokens than a grid of 9x9")
        .hasLineCount(1);
  }

  @Test
  void anInvalidGridIsWrongUsage() throws Exception {
    Launcher.Result result = explain("--grid", "8");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("a grid is its height and width such as 14x14");
  }
}
