package dev.limelight.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import dev.limelight.TinyResNet;
import dev.limelight.torch.SafeTensorsText;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedWeightsTest {

  private static Path checkpoint(String name) {
    return TinyResNet.folder().resolve(name);
  }

  /** A new network of the fixture's layers with weights that are not the fixture's. */
  private static Block network(NDManager manager) {
    Block network = TinyResNet.network();
    network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    return network;
  }

  private static Map<String, TorchTensor> tensors() throws IOException {
    return new LinkedHashMap<>(TorchCheckpoint.read(checkpoint("tiny-resnet.pth")).tensors());
  }

  private static TorchTensor zeros(long... shape) {
    int size = (int) new Shape(shape).size();
    return new TorchTensor(TorchTensor.DataType.FLOAT32, shape, ByteBuffer.allocate(4 * size));
  }

  @ParameterizedTest
  @CsvSource({
    "MXNet, tiny-resnet.pth",
    "MXNet, tiny-resnet-legacy.pth",
    "PyTorch, tiny-resnet.pth"
  })
  void blocksWithTheWeightsSayWhatTorchSays(String engine, String file) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(engine)) {
      Block network = network(manager);
      NamedWeights.read(checkpoint(file)).fill(network);
      NDList golden = TinyResNet.golden(manager);
      float[] logits =
          network
              .forward(new ParameterStore(manager, false), new NDList(golden.get("x")), false)
              .head()
              .toFloatArray();
      assertThat(logits).containsExactly(golden.get("logits").toFloatArray(), near());
    }
  }

  private static org.assertj.core.data.Offset<Float> near() {
    return org.assertj.core.data.Offset.offset(1e-4f);
  }

  @Test
  void aWrongShapeIsToldBeforeAnythingIsSet() throws IOException {
    Map<String, TorchTensor> tensors = tensors();
    tensors.put("fc.weight", zeros(5, 32));
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = network(manager);
      float[] before = network.getParameters().valueAt(0).getArray().toFloatArray();
      assertThatThrownBy(() -> NamedWeights.of(tensors).fill(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("wants 'fc.weight' of shape (4, 32), but got (5, 32)");
      assertThat(network.getParameters().valueAt(0).getArray().toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void whatIsTooMuchIsNamed() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = network(manager);
      Map<String, TorchTensor> bias = tensors();
      bias.put("conv1.bias", zeros(8));
      assertThatThrownBy(() -> NamedWeights.of(bias).fill(network))
          .hasMessageContaining("has no place for 'conv1.bias'");
      Map<String, TorchTensor> more = tensors();
      more.put("auxiliary.weight", zeros(4, 32));
      assertThatThrownBy(() -> NamedWeights.of(more).fill(network))
          .hasMessageContaining("no block for the weights of [auxiliary]");
      NamedWeights.of(more).without("auxiliary").fill(network);
    }
  }

  @Test
  void whatIsTooLittleIsNamed() throws IOException {
    Map<String, TorchTensor> tensors = tensors();
    tensors.keySet().removeIf(name -> name.startsWith("fc."));
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = network(manager);
      assertThatThrownBy(() -> NamedWeights.of(tensors).fill(network))
          .hasMessageContaining("find no weights");
      assertThatThrownBy(() -> NamedWeights.of(tensors()).fill(TinyResNet.network()))
          .hasMessageContaining("initialise the network before it is filled");
      List<String> wrong = List.of("stem");
      assertThatThrownBy(() -> NamedWeights.of(tensors()).fill(network, wrong))
          .hasMessageContaining("wants 'stem.weight'")
          .hasMessageContaining("modules are [")
          .hasMessageContaining("more do not match");
    }
  }

  /** Sorted by name, blocks.10 comes before blocks.2, and all blocks have the same shapes. */
  @Test
  void weightsWithoutAnOrderAreNotFilledByTheirOrder(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensorsText.write(file, tensors());
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block network = network(manager);
      float[] before = network.getParameters().valueAt(0).getArray().toFloatArray();
      NamedWeights weights = NamedWeights.read(file);
      assertThatThrownBy(() -> weights.fill(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("which the state dict does not have")
          .hasMessageContaining("the nearest of its");
      assertThat(network.getParameters().valueAt(0).getArray().toFloatArray()).isEqualTo(before);
      weights.fill(network, NamedWeights.read(checkpoint("tiny-resnet.pth")).modules());
      assertThat(network.getParameters().valueAt(0).getArray().toFloatArray())
          .isEqualTo(tensors().get("conv1.weight").toFloatArray());
    }
  }

  @Test
  void blocksOfTheSameNamesAreFilledByName(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Path saved = checkpoint("resnet-bottleneck.pth");
    SafeTensorsText.write(file, TorchCheckpoint.read(saved).tensors());
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      Block one = new ResNet(List.of(2, 1), true).newBlock(10);
      Block other = new ResNet(List.of(2, 1), true).newBlock(10);
      for (Block network : List.of(one, other)) {
        network.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
      }
      NamedWeights.read(file).fill(one);
      NamedWeights.read(saved).fill(other);
      for (int i = 0; i < one.getParameters().size(); i++) {
        assertThat(one.getParameters().valueAt(i).getArray().toFloatArray())
            .isEqualTo(other.getParameters().valueAt(i).getArray().toFloatArray());
      }
    }
  }
}
