package dev.limelight.onnx;

import static dev.limelight.onnx.OnnxModels.append;
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
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.TinyResNet;
import dev.limelight.model.Cut;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxNetworkTest {

  private static final Shape INPUT = new Shape(3, 64, 64);

  @TempDir private Path folder;

  private static List<String> names(Network network) {
    return network.layers(INPUT).stream().map(layer -> layer.path().name()).toList();
  }

  /** Cuts where it says and compares with the fixture's logits; gives what crosses the cut. */
  private static int cutsRight(Network network, String layer) {
    try (NDManager scope = network.manager().newSubManager();
        SplitModel split = network.split(LayerPath.of(layer))) {
      NDList golden = TinyResNet.golden(scope);
      Cut cut = split.features(golden.get("x"));
      assertThat(SplitModelTest.difference(split.head(cut), golden.get("logits")))
          .as("logits cut at %s", layer)
          .isLessThan(1e-5f);
      return cut.carried().size();
    }
  }

  @Test
  void modulesAreLayersInTheOrderOfComputation() {
    try (Model model = TinyResNet.of("onnx")) {
      List<Layer> layers = Network.of(model).layers(INPUT);
      assertThat(layers.stream().map(layer -> layer.path().name()))
          .containsSubsequence("conv1", "layer1", "/layer2/Add", "layer2.relu2", "layer2", "layer3")
          .contains("layer3.conv2", "layer2.downsample.0");
      assertThat(Layer.last(layers))
          .isEqualTo(new Layer(LayerPath.of("layer3"), "Relu", new Shape(1, 32, 8, 8)));
    }
  }

  @Test
  void mapsInARowAreNoTokens() {
    try (Model model = changed(folder, OnnxNetworkTest::endInRows)) {
      Network network = Network.of(model);
      // 16 channels of 16 x 16 and not 4 x 4 tokens of 256 numbers.
      Layer layer = network.defaultLayer(INPUT, null);
      assertThat(layer.path().name()).isEqualTo("layer2");
      assertThat(layer.shape()).isEqualTo(new Shape(1, 16, 16, 16));
      assertThat(network.layers(INPUT))
          .filteredOn(each -> each.path().name().equals("/rows"))
          .extracting(Layer::shape)
          .containsExactly(layer.shape());
      try (NDManager scope = network.manager().newSubManager();
          SplitModel maps = network.split(layer.path());
          SplitModel rows = network.split(LayerPath.of("/rows"))) {
        NDArray x = TinyResNet.golden(scope).get("x");
        Cut cut = rows.features(x);
        assertThat(cut.activations().toFloatArray())
            .containsExactly(maps.features(x).activations().toFloatArray());
        assertThat(rows.head(cut).toFloatArray())
            .containsExactly(maps.head(maps.features(x)).toFloatArray());
      }
    }
  }

  /** A head that takes the mean of maps whose locations lie in a row. */
  private static void endInRows(GraphProto.Builder graph) {
    List<String> names = graph.getNodeList().stream().map(NodeProto::getName).toList();
    int last = names.indexOf("/layer2/relu2/Relu");
    String maps = graph.getNode(last).getOutput(0);
    while (graph.getNodeCount() > last + 1) {
      graph.removeNode(graph.getNodeCount() - 1);
    }
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("row")
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(3)
            .addAllInt64Data(List.of(0L, 0L, -1L)));
    graph.addNode(node("Reshape", "/rows", List.of(maps, "row"), "rows"));
    graph.addNode(node("GlobalAveragePool", "/mean", List.of("rows"), "mean"));
    graph.addNode(node("Flatten", "/logits", List.of("mean"), "means"));
    graph.setOutput(0, ValueInfoProto.newBuilder().setName("means"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer2",
        "layer2.relu2",
        "/layer2/relu2/Relu",
        "layer2/relu2/Relu",
        "layer2.relu2.Relu",
        "/layer2/relu2/Relu_output_0"
      })
  void aLayerHasSeveralNames(String name) {
    try (Model model = TinyResNet.of("onnx")) {
      assertThat(cutsRight(Network.of(model), name)).isZero();
    }
  }

  @Test
  void skipConnectionsThatCrossTheCutAreCarried() {
    try (Model model = TinyResNet.of("onnx")) {
      assertThat(cutsRight(Network.of(model), "layer1.conv2")).isEqualTo(1);
      assertThat(cutsRight(Network.of(model), "layer2.conv2")).isEqualTo(1);
    }
  }

  @Test
  void anUnknownLayerIsAnsweredByThoseThatThereAre() {
    try (Model model = TinyResNet.of("onnx")) {
      Network network = Network.of(model);
      assertThatThrownBy(() -> network.split(LayerPath.of("nothing")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no layer 'nothing'")
          .hasMessageContaining("/layer2/Add, layer2.relu2, layer2, layer3.conv1");
    }
  }

  @Test
  void arraysOfOnnxRuntimeAreTakenToo() {
    try (Model model = TinyResNet.of("onnx");
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, LayerPath.of("layer3"))) {
      NDArray logits = split.head(split.features(TinyResNet.golden(scope).get("x")));
      assertThat(logits.getShape()).isEqualTo(new Shape(6, 4));
    }
  }

  @Test
  void anInputOfAnotherShapeIsRefused() {
    try (Model model = TinyResNet.of("onnx");
        SplitModel split = SplitModel.of(model, LayerPath.of("layer3"));
        NDManager scope = Network.of(model).manager().newSubManager()) {
      NDArray narrow = scope.zeros(new Shape(1, 1, 64, 64), DataType.FLOAT32);
      assertThatThrownBy(() -> split.features(narrow))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the network takes an input of shape (1, 3, 64, 64), but got (1, 1, 64, 64)");
      NDArray small = scope.zeros(new Shape(2, 3, 32, 48), DataType.FLOAT32);
      assertThatThrownBy(() -> split.features(small))
          .hasMessageStartingWith(
              "the network takes 64x64 pixels, but the size given is 48x32; give 64x64");
    }
  }

  @ParameterizedTest
  @CsvSource({"Softmax, softmax", "LogSoftmax, log-softmax", "Sigmoid, sigmoid"})
  void whatFollowsTheLogitsIsCutOff(String operator, String name) {
    Consumer<GraphProto.Builder> change =
        graph -> {
          append(graph, operator);
          graph.addNode(node("Identity", "", List.of("added"), "last"));
          graph.getOutputBuilder(0).setName("last");
        };
    try (Model model = changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(network.outputActivation()).isEqualTo(name);
      cutsRight(network, "layer2");
    }
    try (Model model = TinyResNet.of("onnx")) {
      assertThat(Network.of(model).outputActivation()).isNull();
    }
  }

  /** torch fixes the batch unless it is told not to; 4 does not divide the fixture's 6 pictures. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void aFixedBatchIsFilledPictureByPicture(int batch) {
    Consumer<GraphProto.Builder> change =
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .setDim(
                    0,
                    ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension.newBuilder()
                        .setDimValue(batch));
    try (Model model = changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(network.layers(INPUT)).hasSize(26);
      assertThat(cutsRight(network, "layer2.conv2")).isEqualTo(1);
    }
  }

  @Test
  void modulesAreFoundBesideTheNamesOfTorchsNewExporter() {
    Consumer<GraphProto.Builder> change =
        graph -> {
          for (int i = 0; i < graph.getNodeCount(); i++) {
            String name = graph.getNode(i).getName();
            String scopes =
                name.startsWith("/layer3/") ? "['', 'layer3', 'n" + i + "']" : "['', 'n" + i + "']";
            graph
                .getNodeBuilder(i)
                .setName("node_" + i)
                .addMetadataProps(
                    StringStringEntryProto.newBuilder()
                        .setKey("pkg.torch.onnx.name_scopes")
                        .setValue(scopes));
          }
        };
    try (Model model = changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(names(network)).contains("node_0", "layer3").doesNotContain("layer2");
      cutsRight(network, "layer3");
    }
  }

  @Test
  void nodesWithoutNamesGoByTheirTensors() {
    Consumer<GraphProto.Builder> change =
        graph -> graph.getNodeBuilderList().forEach(node -> node.setName(""));
    try (Model model = changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(names(network)).contains("/layer3/relu2/Relu_output_0").doesNotContain("layer3");
      cutsRight(network, "/layer2/conv1/Conv_output_0");
    }
  }

  /** The picture itself may be needed again behind the cut. */
  @Test
  void thePictureMayCrossTheCut() {
    Consumer<GraphProto.Builder> change =
        graph -> {
          insertBefore(
              graph,
              "/relu/Relu",
              node("GlobalMaxPool", "pooled", List.of("data"), "pooled"),
              node("Sub", "nothing", List.of("pooled", "pooled"), "nothing"),
              node("ReduceMax", "one", List.of("nothing"), "one"),
              node("Add", "same", List.of("/conv1/Conv_output_0", "one"), "same"));
          edit(graph, "/relu/Relu", node -> node.setInput(0, "same"));
        };
    try (Model model = changed(folder, change)) {
      assertThat(cutsRight(Network.of(model), "conv1")).isEqualTo(1);
    }
  }

  /** Whatever operator makes it: an Identity, or a Loop, may give a list. */
  @Test
  void aListIsNoLayer() {
    NodeProto split = node("SplitToSequence", "split", List.of("/conv1/Conv_output_0"), "list");
    NodeProto joined = node("ConcatFromSequence", "joined", List.of("again"), "same");
    Consumer<GraphProto.Builder> change =
        graph -> {
          insertBefore(
              graph,
              "/relu/Relu",
              along(1, split),
              node("Identity", "again", List.of("list"), "again"),
              along(1, joined));
          edit(graph, "/relu/Relu", node -> node.setInput(0, "same"));
        };
    try (Model model = changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(names(network)).contains("joined").doesNotContain("split", "again");
      cutsRight(network, "joined");
    }
  }

  private static NodeProto along(long axis, NodeProto node) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName("axis").setType(AttributeType.INT).setI(axis);
    return node.toBuilder().addAttribute(attribute).build();
  }

  @Test
  void networksThatTakeNoPictureAreRefused() {
    Consumer<GraphProto.Builder> twoInputs =
        graph -> {
          graph.addInput(graph.getInput(0).toBuilder().setName("other"));
          graph.addNode(node("Shape", "size", List.of("other"), "size"));
        };
    Consumer<GraphProto.Builder> ofBytes =
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(TensorProto.DataType.UINT8.getNumber());
    assertThatThrownBy(() -> Network.of(changed(folder, twoInputs)))
        .hasMessageContaining(
            "one input of four dimensions, and this one has data (N, 3, 64, 64), other (N, 3, 64, 64); give the others a value");
    assertThatThrownBy(() -> changed(folder, ofBytes)).hasMessageContaining("tensor(uint8)");
  }
}
