package dev.limelight.model.finer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.TinyResNet;
import dev.limelight.TinyTransformer;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.WholeNetwork;
import dev.limelight.support.UnsupportedException;
import dev.limelight.zoo.EfficientNetLite;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FinerLayersTest {

  private static void search(Model model, int side, String layer, Consumer<FinerLayers> look) {
    try (model;
        WholeNetwork network = new WholeNetwork(Network.of(model))) {
      look.accept(new FinerLayers(network, new Shape(3, side, side), LayerPath.of(layer)));
    }
  }

  private static List<String> names(List<Layer> layers) {
    return layers.stream().map(layer -> layer.path().name()).toList();
  }

  private static void refused(ThrowingCallable work, String... parts) {
    assertThatThrownBy(work)
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "traced", "scripted"})
  void branchesAreNoLayersThatEverythingPasses(String kind) {
    search(
        TinyResNet.of(kind),
        64,
        "layer3",
        search -> {
          assertThat(names(search.find(2))).containsExactly("layer2", "layer1");
          assertThat(names(search.find(FinerLayers.ALL))).startsWith("layer2", "layer1").hasSize(3);
        });
  }

  @ParameterizedTest
  @CsvSource({"MXNet, 224", "PyTorch, 224", "PyTorch, 260"})
  void theInsideOfABlockIsPassedOver(String engine, int side) {
    Model model = Model.newInstance("lite", engine);
    model.setBlock(EfficientNetLite.lite0().newBlock(10));
    model
        .getBlock()
        .initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, side, side));
    search(
        model,
        side,
        "head",
        search -> assertThat(names(search.find(2))).containsExactly("stage5", "stage3"));
  }

  @Test
  void tokensHaveNoFinerLayers() {
    search(
        TinyTransformer.vit("PyTorch", 32, 32, 1, false),
        32,
        "03Step",
        search -> refused(() -> search.find(1), "before '03Step'", "tokens"));
  }

  @Test
  void aNetworkOfOneSizeHasNone() {
    search(
        TinyTransformer.swin("PyTorch", 32, 32, true),
        32,
        "04Step",
        search ->
            refused(
                () -> search.choose("spotlight", 2, List.of()),
                "spotlight cannot run here: no layer before '04Step' (4x4 places)",
                "7x7 places or more"));
  }

  @Test
  void theLargestIsNamedWhereItIsNotLargeEnough() {
    search(
        TinyResNet.of("traced"),
        64,
        "layer2",
        search ->
            refused(() -> search.find(3), "121x121 places", "the largest is 'conv1' with 64x64"));
  }

  @Test
  void insideABranchThereAreNone() {
    search(
        TinyResNet.of("traced"),
        64,
        "layer3.conv1",
        search -> refused(() -> search.find(1), "a branch goes past 'layer3.conv1'", "'layer3"));
  }

  @Test
  void namesAreChecked() {
    search(
        TinyResNet.of("symbol"),
        64,
        "layer3",
        search -> {
          assertThat(names(search.named(List.of("layer1", "layer2"))))
              .containsExactly("layer2", "layer1");
          assertThatThrownBy(() -> search.named(List.of("nope")))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContainingAll("no layer 'nope'", "layer2");
          assertThatThrownBy(() -> search.named(List.of("layer2", "layer2")))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("layer2, layer2 two are the same layer");
          refused(() -> search.named(List.of("layer3")), "'layer3' is no finer layer", "layer1, ");
        });
  }

  @Test
  void textsNameAsManyLayersAsAreRead() {
    assertThat(FinerLayers.names("spotlight", "", 2)).isEmpty();
    assertThat(FinerLayers.names("spotlight", "a.b + c", 2)).containsExactly("a.b", "c");
    for (String text : List.of("a", "a+", "a+b+c", "a+a")) {
      assertThatThrownBy(() -> FinerLayers.names("spotlight", text, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 finer layers, joined by +, each once, but got '" + text + "'");
    }
  }

  @Test
  void aFocusIsANameOrTwoNumbers() {
    assertThat(Focus.of("Object")).isEqualTo(new Focus(1.5, 1));
    assertThat(Focus.of("whole")).isEqualTo(Focus.of("0.75:0.75"));
    assertThat(Focus.of("object").finer()).isEqualTo(3);
    assertThat(Focus.of("object").finest()).isEqualTo(1);
    for (String text : List.of("all", "1", "0:1", "11:1", "1:-1", "")) {
      assertThatThrownBy(() -> Focus.of(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("object, part, whole", "but got '" + text + "'");
    }
  }
}
