package dev.limelight.onnx;

import static dev.limelight.onnx.OnnxModels.changed;
import static dev.limelight.onnx.OnnxModels.edit;
import static dev.limelight.onnx.OnnxModels.insertBefore;
import static dev.limelight.onnx.OnnxModels.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.TinyResNet;
import dev.limelight.model.Cut;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.model.signature.NetworkChoice;
import dev.limelight.onnx.signature.OnnxOutputs;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models with several outputs and several inputs, and files of any name. */
class OnnxSignatureTest {

  @TempDir private Path folder;

  private static ValueInfoProto value(String name, DataType type, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long length : shape) {
      TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(length < 0 ? one.setDimParam("batch") : one.setDimValue(length));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dimensions);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** The features before the last layer as the first output. */
  private static void featuresFirst(GraphProto.Builder graph) {
    String features = graph.getNode(graph.getNodeCount() - 1).getInput(0);
    ValueInfoProto logits = graph.getOutput(0);
    graph.clearOutput().addOutput(value(features, DataType.FLOAT, -1, 32)).addOutput(logits);
  }

  /** Multiplies what the first layer gives by an input. */
  private static Consumer<GraphProto.Builder> scaledBy(ValueInfoProto input) {
    return graph -> {
      graph.addInput(0, input);
      insertBefore(
          graph,
          "/relu/Relu",
          node("Cast", "real", List.of(input.getName()), "real").toBuilder()
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("to")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(DataType.FLOAT.getNumber()))
              .build(),
          node("Mul", "scaled", List.of("/conv1/Conv_output_0", "real"), "scaled"));
      edit(graph, "/relu/Relu", node -> node.setInput(0, "scaled"));
    };
  }

  private static NetworkChoice constant(String name, Double... values) {
    return new NetworkChoice(null, 0, Map.of(name, List.of(values)));
  }

  /** The difference from the logits of the fixture, cut at a layer. */
  private static float difference(Network network) throws IOException {
    try (NDManager scope = network.manager().newSubManager();
        SplitModel split = network.split(LayerPath.of("layer2"))) {
      NDList golden = TinyResNet.golden(scope);
      Cut cut = split.features(golden.get("x"));
      return SplitModelTest.difference(split.head(cut), golden.get("logits"));
    }
  }

  @Test
  void theLogitsAreFoundBehindTheFeatures() throws IOException {
    try (Model model = changed(folder, OnnxSignatureTest::featuresFirst)) {
      Network network = Network.of(model);
      assertThat(network.signature().explained()).isEqualTo("logits");
      assertThat(network.signature().notes()).singleElement().asString().contains("named so");
      assertThat(difference(network)).isLessThan(1e-5f);
      assertThat(Network.of(model, NetworkChoice.NONE.withLabels(4)).signature().notes())
          .singleElement()
          .asString()
          .contains("each of the 4 labels");
      assertThatThrownBy(() -> Network.of(model, new NetworkChoice("logit", 0, Map.of())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no output 'logit'; there are logits (N, 4), ");
      Network features =
          Network.of(
              model, new NetworkChoice(network.signature().outputs().get(0).name(), 0, Map.of()));
      try (NDManager scope = features.manager().newSubManager();
          SplitModel split = features.split(LayerPath.of("layer3"))) {
        NDArray found = split.head(split.features(TinyResNet.golden(scope).get("x")));
        assertThat(found.getShape().get(1)).isEqualTo(32);
      }
    }
  }

  @Test
  void aNeededInputIsAskedForByItsName() throws IOException {
    try (Model model = changed(folder, scaledBy(value("strength", DataType.FLOAT, 1)))) {
      assertThatThrownBy(() -> Network.of(model))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("strength (1) float32, that needs a value")
          .hasMessageContaining("--constant strength=VALUE");
      assertThatThrownBy(() -> Network.of(model, constant("strenght", 1.0)))
          .hasMessageContaining("no input 'strenght' beside the picture; there are strength");
      assertThatThrownBy(() -> Network.of(model, constant("strength", 1.0, 2.0)))
          .hasMessageContaining("takes one value or 1, and got 2");
      Network network = Network.of(model, constant("strength", 1.0));
      assertThat(difference(network)).isLessThan(1e-5f);
      assertThat(network.signature().notes())
          .containsExactly("the input strength is 1 for every picture");
      assertThat(difference(Network.of(model, constant("strength", 2.0)))).isGreaterThan(0.01f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BOOL", "INT64", "INT32", "UINT8", "FLOAT", "DOUBLE", "FLOAT16"})
  void aConstantMayHaveAnyType(String type) throws IOException {
    ValueInfoProto input = value("on", DataType.valueOf(type));
    try (Model model = changed(folder, scaledBy(input))) {
      assertThat(difference(Network.of(model, constant("on", 1.0)))).isLessThan(1e-5f);
    }
  }

  @Test
  void whatDetectorsAddHasAValueByItsName() throws IOException {
    try (Model model = changed(folder, scaledBy(value("scale_factor", DataType.FLOAT, 1, 1)))) {
      Network network = Network.of(model);
      assertThat(difference(network)).isLessThan(1e-5f);
      assertThat(network.signature().notes())
          .containsExactly(
              "the input scale_factor is 1 for every picture; --constant or optConstant gives"
                  + " another value");
    }
  }

  @Test
  void anInputThatNothingReadsIsIgnored() throws IOException {
    Consumer<GraphProto.Builder> unused =
        graph -> graph.addInput(0, value("mask", DataType.INT64, -1, 7));
    try (Model model = changed(folder, unused)) {
      Network network = Network.of(model);
      assertThat(difference(network)).isLessThan(1e-5f);
      assertThat(network.signature().notes()).isEmpty();
    }
  }

  @Test
  void aListOfObjectsIsNoOutputOfClasses() {
    GraphProto graph =
        GraphProto.newBuilder()
            .addNode(node("NonMaxSuppression", "nms", List.of("boxes", "scores"), "found"))
            .addNode(node("Cast", "cast", List.of("found"), "rows"))
            .addOutput(value("rows", DataType.FLOAT, -1, 6))
            .build();
    OnnxOutputs outputs = new OnnxOutputs(ModelProto.newBuilder().setGraph(graph).build());
    assertThatThrownBy(() -> outputs.choose(NetworkChoice.NONE))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("its output 'rows' lists the objects that were found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.ONNX", "net", "net.pt", "net.bin"})
  void theNameOfAFileDoesNotMatter(String name) throws IOException {
    Path copy = Files.copy(TinyResNet.onnxFile(), folder.resolve(name));
    try (Model model = ModelFile.of(copy).load()) {
      assertThat(model.getName()).startsWith("net");
      assertThat(difference(Network.of(model))).isLessThan(1e-5f);
    }
  }

  @Test
  void anExportedHeatmapKnowsTheOutputAndTheConstants() throws IOException {
    Consumer<GraphProto.Builder> change = OnnxSignatureTest::featuresFirst;
    changed(folder, change.andThen(scaledBy(value("strength", DataType.FLOAT, 1)))).close();
    Path file = folder.resolve("changed.onnx");
    Path out = folder.resolve("heatmap.onnx");
    assertThatThrownBy(() -> HeatmapExport.of(file).write(out))
        .hasMessageContaining("strength (1) float32, that needs a value");
    List<String> notes = HeatmapExport.of(file).optConstant("strength", 1).write(out);
    assertThat(notes).hasSize(2);
    GraphProto written = ModelProto.parseFrom(Files.readAllBytes(out)).getGraph();
    assertThat(written.getInputList()).extracting(ValueInfoProto::getName).containsExactly("data");
  }
}
