package dev.limelight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptIT {

  private static final String TENSOR = Launcher.fixture("golden.npz") + ":x";

  @TempDir private Path folder;

  private NDList arrays(NDManager manager, String model, String layer) throws Exception {
    String out = folder + "/" + model + layer;
    Launcher.Result result =
        Launcher.run(
            "explain",
            "--model",
            Launcher.fixture(model),
            "--tensor",
            TENSOR,
            "--layer",
            layer,
            "--target",
            "2",
            "--out",
            out);
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    try (InputStream in = Files.newInputStream(Path.of(out, "explanations.npz"))) {
      return NDList.decode(manager, in);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-resnet-traced.pt", "tiny-resnet-scripted.pt"})
  void theArraysEqualThoseOfTheSymbol(String file) throws Exception {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      for (String layer : List.of("layer2", "layer3")) {
        NDList found = arrays(manager, file, layer);
        NDList expected = arrays(manager, "tiny-resnet-symbol.json", layer);
        for (String name : List.of("logits", "map", "heatmap")) {
          assertThat(difference(found.get(name), expected.get(name)))
              .as("%s at %s", name, layer)
              .isLessThan(1e-4f);
        }
      }
    }
  }

  private static float difference(NDArray a, NDArray b) {
    return a.sub(b).abs().max().toFloatArray()[0];
  }

  @Test
  void layersAreItsModules() throws Exception {
    Launcher.Result result =
        Launcher.run(
            "layers", "--model", Launcher.fixture("tiny-resnet-scripted.pt"), "--input", "3,64,64");
    assertThat(result.errors()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.rows().stream().map(row -> row.substring(1).strip().split(" ")[0]))
        .contains("conv1", "layer2.downsample.0", "layer3.conv2", "layer3")
        .doesNotContain("fc");
    assertThat(result.rows().stream().filter(row -> row.startsWith("*")))
        .singleElement()
        .satisfies(row -> assertThat(row.split(" +")).contains("layer3", "32,8,8"));
  }

  @Test
  void refusalsAreReportedInOneLine() throws Exception {
    String model = Launcher.fixture("tiny-resnet-traced.pt");
    byte[] whole = Files.readAllBytes(Path.of(model));
    Path part = Files.write(folder.resolve("part.pt"), Arrays.copyOf(whole, whole.length / 2));
    Launcher.Result damaged = Launcher.run("layers", "--model", part.toString());
    assertThat(damaged.exit()).isEqualTo(1);
    assertThat(damaged.errors().lines()).hasSize(1);
    assertThat(damaged.errors()).startsWith("limelight: " + part);
    Launcher.Result unknown =
        Launcher.run(
            "explain",
            "--model",
            model,
            "--tensor",
            TENSOR,
            "--layer",
            "layer9",
            "--out",
            folder + "/out");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("no layer 'layer9'; did you mean layer1");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
