package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.HeatmapExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Pt2FormatTest {

  private static final Shape PICTURE = new Shape(3, 8, 8);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Residual-2.6-saved",
        "Residual-2.7-saved",
        "Residual-2.8-saved",
        "Residual-2.9-saved",
        "Residual-2.15-saved",
        "Residual-2.15-decomposed"
      })
  void layersAreNamedByTheModulesOfPython(String name) throws IOException {
    try (Model model = ModelFile.of(Pt2Fixture.file(name + ".pt2")).load();
        Network network = Network.of(model)) {
      List<String> layers =
          network.layers(PICTURE, null).stream().map(Layer::path).map(LayerPath::name).toList();
      assertThat(layers).contains("layer1.0", "layer1.1", "layer1.2", "layer1", "layer2.0");
      assertThat(network.defaultLayer(PICTURE, null).shape()).isEqualTo(new Shape(1, 6, 8, 8));
      assertThat(network.weightedLayers()).contains("layer1.0", "layer2.0", "fc");
      try (SplitModel split = network.split(LayerPath.of("layer1"));
          NDManager arrays = network.manager().newSubManager()) {
        Cut cut = split.features(NativeArrays.of(arrays, new float[3 * 64], new Shape(1, 3, 8, 8)));
        assertThat(cut.activations().getShape()).isEqualTo(new Shape(1, 6, 8, 8));
        assertThat(split.head(cut).getShape()).isEqualTo(new Shape(1, 4));
      }
    }
  }

  @Test
  void theEngineAndTheSizeFollowFromTheFile() throws IOException {
    Path file = Pt2Fixture.file("Residual-2.15-saved.pt2");
    assertThat(ModelFile.of(file).engine()).isEqualTo(EngineName.ONNX_RUNTIME);
    assertThatThrownBy(() -> new ModelFile(file, EngineName.MXNET).load())
        .hasMessageContaining("a program of torch.export, and cannot run on MXNet");
    try (Model model = ModelFile.of(file).load()) {
      Preprocessing preprocessing = Preprocessing.of(model);
      assertThat(preprocessing.width()).isEqualTo(8);
      assertThat(preprocessing.height()).isEqualTo(8);
    }
  }

  @Test
  void theContentIsKnownWhateverTheName() throws IOException {
    for (String version : List.of("2.7", "2.15")) {
      for (String ending : List.of(".zip", ".pt")) {
        Path named =
            Files.copy(
                Pt2Fixture.file("Residual-" + version + "-saved.pt2"),
                folder.resolve("net" + version + ending));
        assertThat(Pt2Fixture.difference(named, "Residual")).isLessThan(1e-5);
      }
    }
  }

  @Test
  void theModelAndItsHeatmapBecomeOneOnnxFile() throws IOException {
    Path out = folder.resolve("map.onnx");
    HeatmapExport.of(Pt2Fixture.file("Residual-2.15-saved.pt2")).write(out);
    try (Model model = ModelFile.of(out).load()) {
      assertThat(model.getBlock().describeInput()).hasSize(1);
      assertThat(Files.size(out)).isGreaterThan(1000);
    }
    assertThatThrownBy(() -> HeatmapExport.of(Pt2Fixture.file("Residual.json")).write(out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Residual.json is not an ONNX model");
  }

  @Test
  void aMirroredPictureIsNoted() throws IOException {
    Path mirrored = folder.resolve("mirrored.pt2");
    new RewrittenArchive(Pt2Fixture.file("Residual-2.15-saved.pt2"))
        .module(
            module -> {
              JsonObject graph = module.getAsJsonObject("graph");
              JsonObject tensors = graph.getAsJsonObject("tensor_values");
              tensors.add("mirror", tensors.get("x").deepCopy());
              JsonArray nodes = new JsonArray();
              nodes.add(
                  JsonParser.parseString(
                      """
                      {"target": "torch.ops.aten.flip.default", "metadata": {},
                       "inputs": [
                         {"name": "self", "arg": {"as_tensor": {"name": "x"}}, "kind": 1},
                         {"name": "dims", "arg": {"as_ints": [3]}, "kind": 1}],
                       "outputs": [{"as_tensor": {"name": "mirror"}}]}
                      """));
              String others = graph.getAsJsonArray("nodes").toString();
              nodes.addAll(
                  JsonParser.parseString(
                          others.replace(
                              "{\"as_tensor\":{\"name\":\"x\"}}",
                              "{\"as_tensor\":{\"name\":\"mirror\"}}"))
                      .getAsJsonArray());
              graph.add("nodes", nodes);
            })
        .write(mirrored);
    try (Model model = ModelFile.of(mirrored).load();
        Network network = Network.of(model)) {
      assertThat(network.signature().notes())
          .anyMatch(note -> note.startsWith("the graph mirrors the picture at Slice"));
    }
    try (Model model = ModelFile.of(Pt2Fixture.file("Residual-2.15-saved.pt2")).load();
        Network network = Network.of(model)) {
      assertThat(network.signature().notes()).noneMatch(note -> note.contains("mirrors"));
    }
  }

  @Test
  void everyOperatorIsListedOnce() {
    assertThat(AtenRuleBook.installed().rule("conv2d.default")).isNotNull();
    assertThat(AtenRuleBook.installed().rule("relu_.default"))
        .isSameAs(AtenRuleBook.installed().rule("relu.default"));
    assertThat(AtenRuleBook.installed().rule("add_.Tensor"))
        .isSameAs(AtenRuleBook.installed().rule("add.Tensor"));
    assertThat(AtenRuleBook.installed().rule("lstm.input")).isNull();
  }
}
