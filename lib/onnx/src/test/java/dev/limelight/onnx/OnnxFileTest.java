package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.TinyResNet;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {

  @TempDir private Path folder;
  private Path file;
  private byte[] whole;

  @BeforeEach
  void copyTheFixture() throws IOException {
    file = folder.resolve("tiny.onnx");
    whole = Files.readAllBytes(TinyResNet.onnxFile());
    Files.write(file, whole);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** Moves the first weight's bytes out of the model, and leaves where they are said to be. */
  private byte[] moveAWeightTo(String location, String offset, String length) throws IOException {
    ModelProto model = ModelProto.parseFrom(whole);
    GraphProto.Builder graph = model.getGraph().toBuilder();
    TensorProto weight = graph.getInitializer(0);
    graph.setInitializer(
        0,
        weight.toBuilder()
            .clearRawData()
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", offset))
            .addExternalData(entry("length", length)));
    Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
    return weight.getRawData().toByteArray();
  }

  private void refused(String... why) {
    assertThatThrownBy(() -> ModelFile.of(file).load().close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tiny.onnx")
        .hasMessageContainingAll(why);
  }

  @Test
  void theEngineFollowsFromTheEnding() throws IOException {
    assertThat(ModelFile.of(file).engine()).isEqualTo(EngineName.ONNX_RUNTIME);
    assertThatThrownBy(() -> new ModelFile(file, EngineName.MXNET).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot run on MXNet");
    try (Model model = ModelFile.of(file).load()) {
      assertThat(model.getName()).isEqualTo("tiny");
      assertThat(Preprocessing.of(model).width()).isEqualTo(64);
    }
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
      refused("is not an ONNX model that can be read");
    }
  }

  @Test
  void damageIsRefusedOrHarmless() throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 60; i++) {
      byte[] bytes = whole.clone();
      for (int j = 0; j < 8; j++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, bytes);
      try (Model model = ModelFile.of(file).load()) {
        assertThat(Network.of(model).layers(new ai.djl.ndarray.types.Shape(3, 64, 64))).isNotNull();
      } catch (IOException | IllegalArgumentException e) {
        assertThat(e.getMessage()).doesNotContain("\n").isNotBlank();
      }
    }
  }

  @Test
  void whatADamagedNameHoldsIsNotPrinted() throws IOException {
    ModelProto model = ModelProto.parseFrom(whole);
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.getNodeBuilder(3).setInput(0, "a\nb\u001b[31m" + "c".repeat(10_000));
    Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());
    assertThatThrownBy(() -> ModelFile.of(file).load())
        .hasMessageContaining("uses 'a?b?[31mccc")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "{\"heads\":[]}"})
  void aFileThatIsNoModelIsRefused(String text) throws IOException {
    Files.writeString(file, text);
    refused("is not an ONNX model that can be read");
    Files.delete(file);
    refused("no such model");
  }

  @Test
  void weightsInAFileBesideAreReadAndHashed() throws IOException {
    byte[] weight = moveAWeightTo("more.bin", "4", "512");
    Path more = folder.resolve("more.bin");
    byte[] shifted = new byte[weight.length + 4];
    System.arraycopy(weight, 0, shifted, 4, weight.length);
    assertThat(weight).hasSize(512);
    Files.write(more, shifted);
    try (Model model = ModelFile.of(file).load()) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of("layer2"))) {
        NDList golden = TinyResNet.golden(scope);
        Cut cut = split.features(golden.get("x"));
        assertThat(SplitModelTest.difference(split.head(cut), golden.get("logits")))
            .isLessThan(1e-5f);
      }
    }
    String before = ModelFile.of(file).sha256();
    shifted[7] ^= 1;
    Files.write(more, shifted);
    assertThat(ModelFile.of(file).sha256()).isNotEqualTo(before);
    Files.write(more, Arrays.copyOf(shifted, 100));
    refused("more.bin is cut short", "512 bytes");
    Files.delete(more);
    refused("expected more.bin in the same folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/passwd", "", "a/../../secret", ".."})
  void weightsOutsideTheFolderAreRefused(String location) throws IOException {
    Files.writeString(folder.resolveSibling("secret"), "secret");
    moveAWeightTo(location, "0", "512");
    refused("outside its folder");
  }

  @Test
  void weightsBehindALinkOutOfTheFolderAreRefused() throws IOException {
    Path elsewhere = Files.createTempFile("elsewhere", ".bin");
    try {
      Files.createSymbolicLink(folder.resolve("link.bin"), elsewhere);
      moveAWeightTo("link.bin", "0", "512");
      refused("links out of its folder");
    } finally {
      Files.delete(elsewhere);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "9223372036854775807", "x"})
  void placesThatCannotBeAreRefused(String offset) throws IOException {
    moveAWeightTo("more.bin", offset, "512");
    Files.write(folder.resolve("more.bin"), new byte[600]);
    refused("the place of its weight");
  }

  @Test
  void moreBytesThanTheFileHasAreRefused() throws IOException {
    moveAWeightTo("more.bin", "0", "999999999999999");
    Files.write(folder.resolve("more.bin"), new byte[600]);
    refused("more.bin is cut short");
  }

  @Test
  void aModelWithoutItsFileIsTold() throws IOException {
    try (Model model = ModelFile.of(file).load()) {
      Files.delete(file);
      assertThatThrownBy(() -> Network.of(model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds no tiny.onnx");
    }
  }
}
