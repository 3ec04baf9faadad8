package dev.limelight.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.torch.SafeTensorsText;
import dev.limelight.torch.TorchTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a folder may hold, and what is refused. */
class HubFolderTest {

  @TempDir private Path folder;

  private HubCase stored;

  @BeforeEach
  void writeFolder() throws IOException {
    stored = HubCase.of("vit");
    stored.write(folder);
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  private void refused(String... messages) {
    assertThatThrownBy(() -> new ModelFile(folder, EngineName.MXNET).load().close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContainingAll(messages)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theFolderItsWeightsAndItsIndexAreOneModel() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    try (Explainer whole = Explainer.of(folder);
        Explainer byFile = Explainer.of(weights)) {
      assertThat(whole.model().name()).isEqualTo(folder.getFileName().toString());
      assertThat(byFile.model().sha256()).isEqualTo(whole.model().sha256());
    }
    Map<String, TorchTensor> first = stored.tensors();
    Map<String, TorchTensor> second = new LinkedHashMap<>();
    JsonObject map = new JsonObject();
    for (String name : stored.tensors().keySet()) {
      boolean moved = name.startsWith("blocks.2.");
      map.addProperty(name, moved ? "b.safetensors" : "a.safetensors");
      if (moved) {
        second.put(name, first.remove(name));
      }
    }
    JsonObject index = new JsonObject();
    index.add("weight_map", map);
    Files.delete(weights);
    SafeTensorsText.write(folder.resolve("a.safetensors"), first);
    SafeTensorsText.write(folder.resolve("b.safetensors"), second);
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
    try (Model model = new ModelFile(folder, EngineName.MXNET).load()) {
      assertThat(stored.logitError(model)).isLessThan(1e-4);
    }
    assertThat(new HubFormat().files(folder)).hasSize(4);
  }

  @Test
  void aFileThatTorchSavedIsReadToo() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Files.copy(
        TinyResNet.folder().resolve("resnet-bottleneck.pth"), folder.resolve("pytorch_model.bin"));
    config("{\"architecture\":\"resnet50\",\"num_classes\":10,\"model_args\":{\"layers\":[2,1]}}");
    try (Model model = new ModelFile(folder, EngineName.MXNET).load();
        NDManager scope = model.getNDManager().newSubManager();
        InputStream in =
            Files.newInputStream(TinyResNet.folder().resolve("resnet-bottleneck-golden.npz"))) {
      NDList golden = NDList.decode(scope, in);
      assertThat(
              model
                  .getBlock()
                  .forward(new ParameterStore(scope, false), new NDList(golden.get("x")), false)
                  .head()
                  .toFloatArray())
          .containsExactly(golden.get("logits").toFloatArray(), offset(1e-3f));
    }
  }

  @Test
  void aNetworkSaysTheSizeOfItsInputWhereItsConfigurationDoes() throws IOException {
    try (Model model = new ModelFile(folder, EngineName.MXNET).load()) {
      assertThat(Preprocessing.of(model).width()).isEqualTo(64);
      assertThat(Network.of(model).defaultLayer(new Shape(3, 64, 64), null).path().name())
          .isEqualTo("blocks.1");
    }
    HubCase any = HubCase.of("convnext-transformers");
    any.write(folder);
    try (Model model = new ModelFile(folder, EngineName.MXNET).load()) {
      assertThat(model.getBlock().getInputShapes()[0].get(2)).isNegative();
      assertThat(model.getBlock().getOutputShapes(model.getBlock().getInputShapes())[0].get(1))
          .isEqualTo(5);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnext50_32x4d | resnet50",
        "vit_base_patch16_clip_224 | vit_base_patch16_224",
        "convnextv2_tiny | convnext_tiny",
        "mobilenetv3_small | mobilenetv3_small_"
      })
  void anotherArchitectureIsRefusedWithTheNearest(String name, String nearest) throws IOException {
    config("{\"architecture\":\"" + name + "\"}");
    refused("the architecture " + name + ", which is not supported", nearest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"architectures\":[\"ViTModel\"],\"model_type\":\"vit\"}"
            + " | ViTModel, which is not supported",
        "{\"model_type\":\"vit\"} | neither the architecture of timm",
        "{\"architecture\":\"vit_tiny_patch16_224\",\"model_args\":{\"reg_tokens\":4}}"
            + " | model_args.reg_tokens, which is not supported",
        "{\"architecture\":\"vit_tiny_patch16_224\",\"global_pool\":\"avg\"}"
            + " | global_pool, where it should be token",
        "{\"architecture\":\"resnet18\",\"model_args\":{\"in_chans\":1}}"
            + " | model_args.in_chans, where it should be 3",
        "{\"architecture\":\"resnet18\",\"pretrained_cfg\":{\"input_size\":[3,224,448]}}"
            + " | an input_size of [3, 224, 448]",
        "{\"architecture\":\"resnet18\",\"pretrained_cfg\":{\"input_size\":[3,-1,2e9]}}"
            + " | where it should be a whole number from 1 to 1000000",
        "{\"architecture\":7} | where it should be a text",
        "{\"architectures\":[\"ViTForImageClassification\"],\"hidden_act\":\"relu\"}"
            + " | hidden_act, where it should be gelu",
        "{\"architectures\":[\"ResNetForImageClassification\"],\"hidden_sizes\":[32]}"
            + " | gives hidden_sizes [32]",
        "{\"architecture\":\"vit_tiny_patch16_224\",\"num_classes\":7} | describes 7 classes",
        "[1] | is not an object",
        "{\"architecture\": | is not JSON"
      })
  void whatAConfigurationCannotSayIsRefused(String json, String message) throws IOException {
    config(json);
    refused("config.json", message);
  }

  @Test
  void weightsOfAnotherNetworkAreRefusedByName() throws IOException {
    JsonObject other = JsonParser.parseString(stored.config().toString()).getAsJsonObject();
    other.getAsJsonObject("model_args").addProperty("depth", 2);
    config(other.toString());
    refused("the network has no block for the weights of [blocks.2.attn.proj,", "and 1 more");
    other.getAsJsonObject("model_args").addProperty("depth", 4);
    config(other.toString());
    refused(
        "wants 'blocks.3.norm1.weight' of shape (32)",
        "the nearest of its 22 modules are [blocks.0.norm1, blocks.1.norm1, blocks.2.norm1,",
        "11 more do not match");
    other.getAsJsonObject("model_args").addProperty("depth", 3);
    other.getAsJsonObject("model_args").addProperty("img_size", 32);
    config(other.toString());
    refused("wants 'pos_embed' of shape (1, 5, 32), but got (1, 17, 32)");
  }

  /** Of 12 GiB and more, which no weights stand against. */
  @Test
  void sizesAreComparedWithTheWeightsBeforeTheyTakeMemory() throws IOException {
    JsonObject other = JsonParser.parseString(stored.config().toString()).getAsJsonObject();
    other.getAsJsonObject("model_args").addProperty("embed_dim", 65_536);
    config(other.toString());
    refused("of shape (65536, 3, ", "check that both are of the same network");
    other.getAsJsonObject("model_args").addProperty("depth", 1_000_000);
    config(other.toString());
    refused("depth, where it should be a whole number from 1 to 1000");
  }

  @Test
  void aMeanWithoutItsDeviationIsRefused() throws IOException {
    JsonObject other = JsonParser.parseString(stored.config().toString()).getAsJsonObject();
    JsonObject pictures =
        other.has("pretrained_cfg") ? other.getAsJsonObject("pretrained_cfg") : other;
    pictures.add("input_size", JsonParser.parseString("[3, 64, 64]"));
    pictures.add("mean", JsonParser.parseString("[0, 0, 0]"));
    pictures.remove("std");
    config(other.toString());
    assertThatThrownBy(() -> Explainer.of(folder).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("std is missing beside mean");
  }

  @Test
  void weightsWithoutAConfigurationOrAClassifierAreRefused() throws IOException {
    Map<String, TorchTensor> headless = stored.tensors();
    headless.keySet().removeIf(name -> name.startsWith("head."));
    SafeTensorsText.write(folder.resolve("model.safetensors"), headless);
    refused("holds no weights of a classifier, 'head.weight'");
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(
            () -> new ModelFile(folder.resolve("model.safetensors"), EngineName.MXNET).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds weights without their network; put its config.json beside it");
    refused("holds no model");
  }

  @Test
  void aConfigurationIsUtf8() throws IOException {
    String text = Files.readString(folder.resolve("config.json"));
    config("\uFEFF" + text);
    new ModelFile(folder, EngineName.MXNET).load().close();
    Files.write(folder.resolve("config.json"), text.getBytes(StandardCharsets.UTF_16));
    refused("is not UTF-8 text");
  }

  @Test
  void aConfigurationNestedWithoutEndIsRefused() throws IOException {
    config("{\"architecture\":\"resnet18\",\"x\":" + "[".repeat(1_000_000));
    refused("is not JSON");
  }
}
