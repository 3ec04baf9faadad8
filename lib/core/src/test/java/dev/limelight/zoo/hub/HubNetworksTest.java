package dev.limelight.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.zoo.EfficientNetLite;
import dev.limelight.zoo.NamedWeights;
import dev.limelight.zoo.Vgg;
import dev.limelight.zoo.VisionTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks of timm, torchvision and transformers against PyTorch, on both engines. */
class HubNetworksTest {

  private static final double LOGITS = 1e-4;
  private static final double MAPS = 1e-3;

  @TempDir private Path folder;

  /** The layer of the reference is the default one, but where it is named. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, ''",
    "resnet-transformers, ''",
    "resnet-basic-transformers, ''",
    "tf_efficientnet_lite0, ''",
    "mobilenetv3_small_050, ''",
    "mobilenetv3_large_075, ''",
    "mobilenet_v3_small, ''",
    "mobilenet_v3_large, ''",
    "convnext_atto, ''",
    "convnext-small-stages, ''",
    "convnext-torchvision, ''",
    "convnext-transformers, ''",
    "vit, ''",
    "deit, ''",
    "deit3, ''",
    "vit-transformers, ''"
  })
  void foldersAreNetworksThatSayWhatTorchSays(String name, String layer) throws IOException {
    HubCase stored = HubCase.of(name);
    stored.write(folder);
    for (EngineName engine : List.of(EngineName.MXNET, EngineName.PYTORCH)) {
      try (Model model = new ModelFile(folder, engine).load()) {
        assertThat(stored.logitError(model)).as("logits on %s", engine).isLessThan(LOGITS);
        assertThat(stored.mapError(model, layer)).as("maps on %s", engine).isLessThan(MAPS);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EngineName.class,
      names = {"MXNET", "PYTORCH"})
  void smallerNetworksOfOtherPublishersFitToo(EngineName engine) throws IOException {
    List<List<Integer>> stages =
        List.of(List.of(8), List.of(8), List.of(16), List.of(16), List.of(16));
    HubNetwork vgg = TimmNetworks.vgg(new Vgg(stages, false, 32), 224);
    HubNetwork norm = TimmNetworks.vgg(new Vgg(stages, true, 32), 224);
    VisionTransformer transformer =
        new VisionTransformer(48, 8, 32, 3, 4, 48, VisionTransformer.Options.USUAL);
    same("vgg-torchvision", vgg, engine);
    same("vgg-timm", vgg, engine);
    same("vgg-bn-timm", norm, engine);
    same(
        "vit-torchvision",
        HubNetwork.of(transformer::newBlock, 48, "head.weight")
            .renamed(TorchvisionNames.visionTransformer()),
        engine);
  }

  private static void same(String name, HubNetwork network, EngineName engine) throws IOException {
    HubCase stored = HubCase.of(name);
    try (Model model = engine.newModel(name, null)) {
      Block block = network.block().apply(5);
      Shape input = new Shape(1, 3, stored.side(), stored.side());
      block.initialize(model.getNDManager(), DataType.FLOAT32, input);
      NamedWeights.of(network.renaming().apply(stored.tensors())).fillByName(block);
      model.setBlock(block);
      assertThat(stored.logitError(model)).as("logits of %s", name).isLessThan(LOGITS);
      assertThat(stored.mapError(model, "")).as("maps of %s", name).isLessThan(MAPS);
    }
  }

  /** Attention, positions and gates of one picture do not depend on the others of its batch. */
  @ParameterizedTest
  @CsvSource({
    "vit, MXNET",
    "vit, PYTORCH",
    "convnext-small-stages, MXNET",
    "convnext-small-stages, PYTORCH",
    "mobilenetv3_small_050, MXNET",
    "mobilenetv3_small_050, PYTORCH"
  })
  void picturesOfABatchAreIndependent(String name, EngineName engine) throws IOException {
    HubCase stored = HubCase.of(name);
    stored.write(folder);
    try (Model model = new ModelFile(folder, engine).load();
        NDManager scope = model.getNDManager().newSubManager();
        Network network = Network.of(model);
        SplitModel split =
            network.split(
                network.defaultLayer(new Shape(3, stored.side(), stored.side()), null).path())) {
      NDArray one = stored.input(scope);
      NDArray other = one.mul(-0.5f);
      float[] both = split.head(split.features(one.concat(other, 0))).toFloatArray();
      float[] first = split.head(split.features(one)).toFloatArray();
      float[] second = split.head(split.features(other)).toFloatArray();
      assertThat(Arrays.copyOf(both, 5)).containsExactly(first, offset(1e-4f));
      assertThat(Arrays.copyOfRange(both, 5, 10)).containsExactly(second, offset(1e-4f));
      assertThat(first).isNotEqualTo(second);
    }
  }

  @Test
  void anEfficientNetTakesTimmsNamesInAnyOrder() throws IOException {
    HubCase.of("tf_efficientnet_lite0").write(folder);
    try (Model model = new ModelFile(folder, EngineName.MXNET).load()) {
      Block block = EfficientNetLite.lite0().newBlock(5);
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      EfficientNetLite.lite0().fill(block, folder.resolve("model.safetensors"));
      List<Parameter> expected = model.getBlock().getParameters().values();
      for (int i = 0; i < expected.size(); i++) {
        assertThat(block.getParameters().valueAt(i).getArray().toFloatArray())
            .isEqualTo(expected.get(i).getArray().toFloatArray());
      }
    }
  }
}
