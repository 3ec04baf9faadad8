package dev.limelight.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.model.Cut;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import dev.limelight.model.WeightedNetwork;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * TorchScript with several outputs, without modules and in half precision, made by
 * src/test/python/make_outputs.py.
 */
class ScriptOutputsTest {

  @TempDir private Path folder;

  private static Path archive(String name) {
    return Path.of(
        Objects.requireNonNull(ScriptOutputsTest.class.getResource("/outputs/" + name)).getPath());
  }

  private static NetworkChoice output(String name) {
    return new NetworkChoice(name, 0, Map.of());
  }

  /** The largest difference from the logits, times a factor, over all cuts. */
  private static float difference(Model model, NetworkChoice choice, float factor)
      throws IOException {
    return difference(model, choice, "golden.npz", "logits", factor);
  }

  private static float difference(
      Model model, NetworkChoice choice, String file, String name, float factor)
      throws IOException {
    float largest = 0;
    try (NDManager scope = model.getNDManager().newSubManager();
        InputStream in = Files.newInputStream(archive(file))) {
      NDList golden = NDList.decode(scope, in);
      NDArray x = golden.get("x");
      NDArray expected = golden.get(name).mul(factor);
      Network network = Network.of(model, choice);
      List<Layer> layers = network.layers(x.getShape().slice(1));
      assertThat(layers).hasSizeGreaterThan(3);
      for (Layer layer : layers) {
        try (SplitModel split = network.split(layer.path())) {
          Cut cut = split.features(x);
          largest = Math.max(largest, SplitModelTest.difference(split.head(cut), expected));
          NDArray gradient =
              split.gradients(cut, logits -> new NDList(logits.get(":, 0"))).perScore().get(0);
          assertThat(gradient.getShape()).isEqualTo(cut.activations().getShape());
        }
      }
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({"tuple, 1", "named, logits", "dict, logits"})
  void theLogitsAreFoundBehindTheFeatures(String kind, String name) throws IOException {
    try (Model model = ModelFile.of(archive(kind + ".pt")).load()) {
      assertThat(difference(model, NetworkChoice.NONE, 1)).isLessThan(1e-5f);
      assertThat(Network.of(model).signature().explained()).isEqualTo(name);
      assertThat(Network.of(model).signature().notes())
          .singleElement()
          .asString()
          .contains(name + " is explained, as it is ");
    }
  }

  @Test
  void whereNothingDecidesItIsAskedFor() throws IOException {
    try (Model model = ModelFile.of(archive("undecided.pt")).load()) {
      assertThatThrownBy(() -> Network.of(model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the outputs 0 (N, 3) and 1, and nothing says which");
      assertThat(difference(model, output("0"), 1)).isLessThan(1e-5f);
      assertThat(difference(model, output("1"), 2)).isLessThan(1e-5f);
      assertThat(difference(model, NetworkChoice.NONE.withLabels(3), 1)).isLessThan(1e-5f);
    }
    try (Model model = ModelFile.of(archive("dict.pt")).load()) {
      assertThatThrownBy(() -> Network.of(model, output("logit")))
          .hasMessage("no output 'logit'; there are logits (N, 3), features");
    }
  }

  @Test
  void theExplainerSaysWhatItChose() throws IOException {
    try (Explainer explainer =
        Explainer.builder().setModel(archive("undecided.pt")).optOutput("1").load()) {
      assertThat(explainer.model().output()).isEqualTo("1");
      assertThat(explainer.model().notes()).isEmpty();
    }
    try (Explainer explainer = Explainer.of(archive("named.pt"))) {
      assertThat(explainer.model().output()).isEqualTo("logits");
      assertThat(explainer.model().notes()).hasSize(1);
    }
  }

  @Test
  void aFrozenModelIsCutAtItsOperators() throws IOException {
    try (Model model = ModelFile.of(archive("frozen.pt")).load();
        NDManager scope = model.getNDManager().newSubManager();
        InputStream in = Files.newInputStream(archive("golden.npz"))) {
      assertThat(difference(model, NetworkChoice.NONE, 1)).isLessThan(1e-5f);
      NDArray x = NDList.decode(scope, in).get("x");
      Network network = Network.of(model);
      assertThat(network.layers(x.getShape().slice(1)))
          .extracting(layer -> layer.path().name())
          .contains("conv2d_1", "relu_1", "conv2d_2", "relu_2");
      assertThat(network.defaultLayer(x.getShape().slice(1), null).path().name())
          .isEqualTo("relu_2");
      try (WholeNetwork whole = new WholeNetwork(network)) {
        NDArray guided = whole.guidedGradients(x, logits -> logits.get(":, 0")).perScore().get(0);
        assertThat(guided.getShape()).isEqualTo(x.getShape());
        assertThat(guided.abs().sum().toFloatArray()[0]).isPositive();
      }
    }
  }

  /** As PyTorch computes the same rounded weights in float32. */
  @ParameterizedTest
  @CsvSource({"half, half", "bfloat16, half", "double, double", "converting, half"})
  void otherPrecisionsAreComputedInFloat32(String name, String precision) throws IOException {
    try (Model model = ModelFile.of(archive(name + ".pt")).load()) {
      assertThat(difference(model, NetworkChoice.NONE, "golden-precisions.npz", name, 1))
          .isLessThan(1e-5f);
      assertThat(Network.of(model).signature().notes())
          .contains("the model is of " + precision + " precision and computed in float32");
    }
    try (Explainer explainer = Explainer.of(archive(name + ".pt"))) {
      assertThat(explainer.model().notes())
          .contains("the model is of " + precision + " precision and computed in float32");
    }
  }

  @Test
  void shuffledWeightsOfHalfPrecisionAreShuffledBeforeTheyAreWidened() throws IOException {
    try (Model model = ModelFile.of(archive("half.pt")).load();
        NDManager scope = model.getNDManager().newSubManager();
        InputStream in = Files.newInputStream(archive("golden-precisions.npz"))) {
      NDArray x = NDList.decode(scope, in).get("x");
      WeightedNetwork network = (WeightedNetwork) Network.of(model);
      Network shuffled = network.shuffled(List.of("conv1"), 3);
      try (SplitModel before = network.whole();
          SplitModel after = shuffled.whole()) {
        NDArray logits = after.head(after.features(x));
        assertThat(SplitModelTest.difference(logits, before.head(before.features(x))))
            .isBetween(1e-3f, 100f);
      }
    }
  }

  private Path converting(String code, String other) throws IOException {
    Map<String, byte[]> entries = EditedArchive.entries(archive("converting.pt"));
    entries.keySet().removeIf(name -> name.endsWith(".debug_pkl"));
    entries.computeIfPresent(
        "converting/code/__torch__/make_outputs.py",
        (name, bytes) ->
            new String(bytes, StandardCharsets.UTF_8)
                .replace(code, other)
                .getBytes(StandardCharsets.UTF_8));
    return EditedArchive.write(folder, entries);
  }

  @Test
  void whatHasNoCounterpartInFloat32IsRefused() throws IOException {
    Path file = converting("return torch.mean(_5, [2, 3])", "return torch.view(_5, 2)");
    assertThatThrownBy(() -> ModelFile.of(file).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("torch.view reads the bits of numbers as another type")
        .hasMessageContaining("model.float()");
  }

  /** A type that is computed cannot be seen in the code. */
  @Test
  void aTypeThatIsComputedIsNamedWhereItDoesNotFit() throws IOException {
    Path file = converting("forward(x1, )", "forward(torch.to(x1, int(5.)), )");
    try (Model model = ModelFile.of(file).load()) {
      Network network = Network.of(model);
      assertThatThrownBy(() -> network.layers(new Shape(3, 16, 16)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("its code computes in another type than float32")
          .hasMessageContaining("model.float()");
    }
  }

  @Test
  void furtherInputsAreRefusedByTheirNames() {
    assertThatThrownBy(() -> ModelFile.of(archive("two-inputs.pt")).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("this one takes (x: Tensor, scale: Tensor)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pth", "model.bin", "model", "MODEL.PT", "model.onnx"})
  void theNameOfAnArchiveDoesNotMatter(String name) throws IOException {
    Path copy = Files.copy(archive("frozen.pt"), folder.resolve(name));
    try (Model model = ModelFile.of(copy).load()) {
      assertThat(difference(model, NetworkChoice.NONE, 1)).isLessThan(1e-5f);
    }
  }
}
