package dev.limelight.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.basicmodelzoo.cv.classification.VGG;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import dev.limelight.TinyResNet;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State dicts of torchvision in blocks of DJL and of ours. */
class TorchvisionTest {

  private static final Path FOLDER = TinyResNet.folder();

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void aBottleneckSaysWhatTorchvisionSays(String engine) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(engine);
        InputStream in = Files.newInputStream(FOLDER.resolve("resnet-bottleneck-golden.npz"))) {
      Block network = new ResNet(List.of(2, 1), true).newBlock(10);
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 48));
      NamedWeights.read(FOLDER.resolve("resnet-bottleneck.pth")).fill(network);
      NDList golden = NDList.decode(manager, in);
      assertThat(
              network
                  .forward(new ParameterStore(manager, false), new NDList(golden.get("x")), false)
                  .head()
                  .toFloatArray())
          .containsExactly(golden.get("logits").toFloatArray(), offset(1e-3f));
    }
  }

  /** The numbers of torchvision's documentation. */
  @ParameterizedTest
  @CsvSource({"18, 11689512", "34, 21797672", "50, 25557032"})
  void sizesAreThoseOfTorchvision(int layers, long parameters) {
    try (Model model = Model.newInstance("resnet", "MXNet")) {
      Block network = ResNet.of(layers).newBlock(1000);
      network.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      model.setBlock(network);
      assertThat(
              network.getParameters().values().stream()
                  .filter(Parameter::requiresGradient)
                  .mapToLong(parameter -> parameter.getArray().size())
                  .sum())
          .isEqualTo(parameters);
      List<Layer> found = Network.of(model).layers(new Shape(3, 64, 64));
      assertThat(found)
          .extracting(layer -> layer.path().name())
          .contains("conv1", "layer1.0", "layer2.1.sum", "layer4");
      assertThat(Layer.last(found).path().name()).isEqualTo("layer4");
    }
  }

  /** Each convolution of torchvision's vgg11 is filled with a number of its own. */
  @Test
  void djlsVggTakesTorchvisionsWeights() {
    List<String> modules =
        List.of(
            "features.0",
            "features.3",
            "features.6",
            "features.8",
            "features.11",
            "features.13",
            "features.16",
            "features.18",
            "classifier.0",
            "classifier.3",
            "classifier.6");
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = VGG.builder().setOutSize(10).build();
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
      List<Parameter> parameters = network.getParameters().values();
      Map<String, TorchTensor> tensors = new LinkedHashMap<>();
      for (int i = 0; i < parameters.size(); i++) {
        String kind = i % 2 == 0 ? ".weight" : ".bias";
        tensors.put(modules.get(i / 2) + kind, constant(i + 1, parameters.get(i)));
      }
      NamedWeights.of(tensors).fill(network);
      for (int i = 0; i < parameters.size(); i++) {
        assertThat(parameters.get(i).getArray().mean().getFloat())
            .as(parameters.get(i).getName())
            .isCloseTo(i + 1, offset(1e-3f));
      }
    }
  }

  private static TorchTensor constant(float value, Parameter like) {
    Shape shape = like.getArray().getShape();
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(4 * shape.size()));
    while (data.hasRemaining()) {
      data.putFloat(value);
    }
    return new TorchTensor(TorchTensor.DataType.FLOAT32, shape.getShape(), data.flip());
  }

  @Test
  void djlsOwnResNetIsRefusedByName() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network =
          ResNetV1.builder()
              .setImageShape(new Shape(3, 64, 64))
              .setNumLayers(50)
              .setOutSize(10)
              .build();
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
      NamedWeights weights = NamedWeights.read(FOLDER.resolve("resnet-bottleneck.pth"));
      assertThatThrownBy(() -> weights.fill(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("wants 'layer1.0.conv1.bias' of shape (64)")
          .hasMessageContaining("of this module it has [weight]");
    }
  }
}
