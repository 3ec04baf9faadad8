package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.TinyResNet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class SplitModelTest {

  private static final Shape INPUT = new Shape(3, 64, 64);

  public static float difference(NDArray a, NDArray b) {
    return a.sub(b).abs().max().toFloatArray()[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void everyLayerThatCanBeCutGivesTheLogitsOfTheWhole(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = Network.of(model).manager().newSubManager()) {
      NDList golden = TinyResNet.golden(scope);
      Network network = Network.of(model);
      List<Layer> layers = network.layers(INPUT);
      assertThat(layers).hasSizeGreaterThan(8);
      for (Layer layer : layers) {
        try (SplitModel split = network.split(layer.path())) {
          Cut cut = split.features(golden.get("x"));
          assertThat(cut.activations().getShape().slice(1))
              .as("shape at %s", layer.path())
              .isEqualTo(layer.shape().slice(1));
          assertThat(difference(split.head(cut), golden.get("logits")))
              .as("logits cut at %s", layer.path())
              .isLessThan(1e-5f);
        }
      }
    }
  }

  @Test
  void skipConnectionsThatCrossTheCutAreCarried() {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, LayerPath.of("layer2.conv2"))) {
      Cut cut = split.features(TinyResNet.golden(scope).get("x"));
      assertThat(cut.carried()).hasSize(1);
      assertThat(cut.carried().get(0).getShape()).isEqualTo(new Shape(6, 16, 16, 16));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void activationsAndGradientsAreThoseOfTheFixture(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = Network.of(model).manager().newSubManager()) {
      NDList golden = TinyResNet.golden(scope);
      NDArray mask = golden.get("y").oneHot(4);
      for (String layer : kind.equals("onnx") ? List.of("layer3") : List.of("layer2", "layer3")) {
        String path = TinyResNet.path(kind, layer);
        try (SplitModel split = SplitModel.of(model, LayerPath.of(path))) {
          Cut cut = split.features(golden.get("x"));
          Gradients gradients =
              split.gradients(
                  cut,
                  logits ->
                      new NDList(
                          logits.mul(mask.toType(logits.getDataType(), false)),
                          logits.get(":, 0")));
          assertThat(difference(cut.activations(), golden.get(layer + "/activations")))
              .isLessThan(1e-4f);
          assertThat(difference(gradients.perScore().get(0), golden.get(layer + "/gradients")))
              .isLessThan(1e-6f);
          assertThat(difference(gradients.perScore().get(1), golden.get(layer + "/gradients")))
              .isGreaterThan(1e-4f);
          assertThat(difference(gradients.logits(), golden.get("logits"))).isLessThan(1e-5f);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void resultsOfAnEarlierCallStay(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = Network.of(model).manager().newSubManager()) {
      NDArray x = TinyResNet.golden(scope).get("x");
      String path = TinyResNet.path(kind, "layer3");
      try (SplitModel split = SplitModel.of(model, LayerPath.of(path))) {
        NDArray first = split.features(x.get("0:1")).activations();
        float[] before = first.toFloatArray();
        split.features(x.get("1:2"));
        split.features(x.get("2:3"));
        assertThat(first.toFloatArray()).containsExactly(before);
      }
    }
  }

  @Test
  void anUnknownLayerIsAnsweredByThoseThatThereAre() {
    try (Model model = TinyResNet.symbol()) {
      assertThatThrownBy(() -> SplitModel.of(model, LayerPath.of("nothing")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no layer 'nothing'")
          .hasMessageContaining("layer2.add, layer2, layer3.conv1");
    }
    try (Model model = TinyResNet.blocks("PyTorch")) {
      assertThatThrownBy(() -> SplitModel.of(model, LayerPath.of("layer3")))
          .hasMessageContaining("06SequentialBlock.01ParallelBlock, ");
    }
  }

  @Test
  void aPictureOfTheWrongShapeIsReportedInOneSentence() {
    try (Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, LayerPath.of("layer3"))) {
      assertThatThrownBy(() -> split.features(scope.zeros(new Shape(1, 5, 64, 64))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(1, 5, 64, 64)");
    }
  }

  @Test
  void theDefaultLayerIsTheLastWithSpatialExtent() {
    try (Model symbol = TinyResNet.symbol();
        Model blocks = TinyResNet.blocks("MXNet")) {
      assertThat(Layer.last(Network.of(symbol).layers(INPUT)).path().name()).isEqualTo("layer3");
      assertThat(Layer.last(Network.of(blocks).layers(INPUT)).path().name())
          .isEqualTo("07SequentialBlock");
    }
  }
}
