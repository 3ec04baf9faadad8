package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.image.Picture;
import dev.limelight.model.Network;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that ask for too much: a sentence for each, before ONNX Runtime opens them. */
class HostileGraphsTest {

  @TempDir private Path folder;

  /** Where a tensor may be in a file. */
  enum Where {
    INITIALIZER,
    SPARSE_VALUES,
    SPARSE_INDICES,
    CONSTANT,
    SPARSE_CONSTANT,
    SUBGRAPH,
    TRAINING
  }

  private void refused(Consumer<ModelProto.Builder> change, String... why) throws IOException {
    ModelProto.Builder model =
        ModelProto.parseFrom(Files.readAllBytes(TinyResNet.onnxFile())).toBuilder();
    change.accept(model);
    Path file = folder.resolve("hostile.onnx");
    Files.write(file, model.build().toByteArray());
    assertThatThrownBy(() -> ModelFile.of(file).load().close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hostile.onnx")
        .hasMessageNotContaining("\u009b")
        .hasMessageContainingAll(why);
  }

  private static AttributeProto.Builder tensor(String name, TensorProto value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.TENSOR).setT(value);
  }

  private static AttributeProto.Builder graph(String name, GraphProto.Builder value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.GRAPH).setG(value);
  }

  private static NodeProto constant(AttributeProto.Builder value) {
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .addOutput("stolen")
        .addAttribute(value)
        .build();
  }

  /** A tensor in a file in the folder above. */
  private static TensorProto outside(String location) {
    return TensorProto.newBuilder()
        .setName("stolen")
        .setDataType(DataType.FLOAT.getNumber())
        .addDims(4)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .build();
  }

  private static void put(ModelProto.Builder model, Where where, String location) {
    GraphProto.Builder graph = model.getGraphBuilder();
    TensorProto outside = outside(location);
    TensorProto plain = TensorValues.real(DataType.FLOAT, new long[] {1}, 1);
    TensorProto indices = TensorValues.whole(new long[] {1}, 0);
    SparseTensorProto.Builder sparse =
        SparseTensorProto.newBuilder().addDims(4).setValues(outside).setIndices(indices);
    switch (where) {
      case INITIALIZER -> graph.addInitializer(outside);
      case SPARSE_VALUES -> graph.addSparseInitializer(sparse);
      case SPARSE_INDICES ->
          graph.addSparseInitializer(sparse.setValues(plain).setIndices(outside));
      case CONSTANT -> graph.addNode(constant(tensor("value", outside)));
      case SPARSE_CONSTANT ->
          graph.addNode(
              constant(
                  AttributeProto.newBuilder()
                      .setName("sparse_value")
                      .setType(AttributeType.SPARSE_TENSOR)
                      .setSparseTensor(sparse)));
      case SUBGRAPH ->
          graph.addNode(
              NodeProto.newBuilder()
                  .setOpType("If")
                  .addOutput("either")
                  .addAttribute(
                      graph("then_branch", GraphProto.newBuilder().addInitializer(outside))));
      case TRAINING ->
          model.addTrainingInfo(
              TrainingInfoProto.newBuilder()
                  .setAlgorithm(GraphProto.newBuilder().addInitializer(outside)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void noTensorIsReadFromOutsideTheFolder(Where where) throws IOException {
    Files.write(folder.resolveSibling("secret.bin"), new byte[16]);
    refused(
        model -> put(model, where, "../secret.bin"), "secret.bin', which is outside its folder");
    String absolute = folder.resolveSibling("secret.bin").toString();
    refused(model -> put(model, where, absolute), "secret.bin', which is outside its folder");
  }

  private static void ofShape(GraphProto.Builder graph, String shape) {
    graph.addNode(OnnxModels.node("ConstantOfShape", "big", List.of(shape), "large"));
    graph.addNode(OnnxModels.node("ReduceMax", "small", List.of("large"), "one"));
    String logits = graph.getOutput(0).getName();
    graph.addNode(OnnxModels.node("Add", "sum", List.of(logits, "one"), "last"));
    graph.getOutputBuilder(0).setName("last").clearType();
  }

  @Test
  void constantsThatFillTheMemoryAreNotMade() throws IOException {
    TensorProto shape = TensorValues.whole(new long[] {2}, 34_000, 34_000);
    refused(
        model -> {
          model.getGraphBuilder().addInitializer(shape.toBuilder().setName("shape"));
          ofShape(model.getGraphBuilder(), "shape");
        },
        "'large' of the shape [34000, 34000] would not fit into memory");
    refused(
        model -> {
          GraphProto.Builder graph = model.getGraphBuilder();
          graph.addInitializer(
              TensorValues.real(DataType.FLOAT, new long[] {1}, 1).toBuilder().setName("one"));
          graph.addInitializer(
              TensorValues.whole(new long[] {1}, 400_000_000).toBuilder().setName("many"));
          graph.addNode(OnnxModels.node("Tile", "tile", List.of("one", "many"), "tiled"));
          graph.addNode(OnnxModels.node("ReduceMax", "small", List.of("tiled"), "most"));
          String logits = graph.getOutput(0).getName();
          graph.addNode(OnnxModels.node("Add", "sum", List.of(logits, "most"), "last"));
          graph.getOutputBuilder(0).setName("last").clearType();
        },
        "'tiled' of the shape [400000000] would not fit into memory");
    refused(
        model -> {
          GraphProto.Builder inside =
              GraphProto.newBuilder()
                  .addInitializer(shape.toBuilder().setName("shape"))
                  .addNode(OnnxModels.node("ConstantOfShape", "", List.of("shape"), "large"));
          model
              .getGraphBuilder()
              .addNode(
                  NodeProto.newBuilder()
                      .setOpType("If")
                      .addOutput("either")
                      .addAttribute(graph("then_branch", inside)));
        },
        "'large' of the shape [34000, 34000] would not fit into memory");
  }

  /** A graph between the picture and a network, which makes much of little. */
  private static void grow(GraphProto.Builder graph, String how) {
    String picture = graph.getInput(0).getName();
    graph.addInitializer(
        TensorValues.whole(new long[] {4}, 1, 1, 3_000, 3_000).toBuilder().setName("times"));
    graph.addInitializer(
        TensorValues.whole(new long[] {8}, 0, 0, 0, 0, 0, 0, 1 << 20, 0).toBuilder()
            .setName("pads"));
    graph.addInitializer(TensorValues.whole(new long[0], 20_000).toBuilder().setName("many"));
    graph.addInitializer(TensorValues.whole(new long[0], 0).toBuilder().setName("none"));
    graph.addInitializer(TensorValues.whole(new long[] {2}, 0, 1).toBuilder().setName("off-on"));
    List<NodeProto> made =
        switch (how) {
          case "pad" -> List.of(OnnxModels.node("Pad", "n", List.of(picture, "pads"), "large"));
          case "tile" -> List.of(OnnxModels.node("Tile", "n", List.of(picture, "times"), "large"));
          case "computed tile" ->
              List.of(
                  OnnxModels.node("Shape", "s", List.of(picture), "shape"),
                  OnnxModels.node("Mul", "m", List.of("shape", "times"), "longer"),
                  OnnxModels.node("Tile", "n", List.of(picture, "longer"), "large"));
          case "computed resize" ->
              List.of(
                  OnnxModels.node("Shape", "s", List.of(picture), "shape"),
                  OnnxModels.node("Mul", "m", List.of("shape", "times"), "longer"),
                  OnnxModels.node("Resize", "n", List.of(picture, "", "", "longer"), "large"));
          case "computed shape" ->
              List.of(
                  OnnxModels.node("Shape", "s", List.of(picture), "shape"),
                  OnnxModels.node("Mul", "m", List.of("shape", "times"), "longer"),
                  OnnxModels.node("ConstantOfShape", "n", List.of("longer"), "large"));
          case "sizes of sizes" ->
              List.of(
                  OnnxModels.node("Shape", "s", List.of(picture), "shape"),
                  OnnxModels.node("Add", "a", List.of("shape", "off"), "wider"),
                  OnnxModels.node("Resize", "r", List.of(picture, "", "", "wider"), "resized"),
                  OnnxModels.node("Shape", "t", List.of("resized"), "shape2"),
                  OnnxModels.node("Mul", "m", List.of("shape2", "times"), "longer"),
                  OnnxModels.node("Expand", "n", List.of("one", "longer"), "large"));
          case "range" ->
              List.of(
                  OnnxModels.node("Size", "s", List.of(picture), "size"),
                  OnnxModels.node("Mul", "m", List.of("size", "many"), "end"),
                  OnnxModels.node("Range", "n", List.of("none", "end", "step"), "large"));
          case "one hot" ->
              List.of(
                  OnnxModels.node("ArgMax", "a", List.of(picture), "places"),
                  OnnxModels.node("OneHot", "n", List.of("places", "many", "off-on"), "large"));
          default -> throw new IllegalArgumentException(how);
        };
    graph.addInitializer(TensorValues.whole(new long[0], 1).toBuilder().setName("step"));
    graph.addInitializer(TensorValues.whole(new long[] {1}, 1).toBuilder().setName("one"));
    graph.addInitializer(TensorValues.whole(new long[] {4}, 0, 0, 3, 3).toBuilder().setName("off"));
    for (int i = 0; i < made.size(); i++) {
      graph.addNode(i, made.get(i));
    }
    graph.addNode(
        OnnxModels.node("Cast", "c", List.of("large"), "real").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder().setName("to").setType(AttributeType.INT).setI(1)));
    graph.addNode(OnnxModels.node("ReduceMax", "small", List.of("real"), "most"));
    graph.addNode(
        OnnxModels.node("Add", "sum", List.of(graph.getOutput(0).getName(), "most"), "last"));
    graph.setOutput(0, ValueInfoProto.newBuilder().setName("last"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pad",
        "tile",
        "computed tile",
        "computed resize",
        "computed shape",
        "sizes of sizes",
        "range",
        "one hot"
      })
  void whatIsMadeOfThePictureFitsIntoMemory(String how) {
    try (Model model = OnnxModels.changed(folder, graph -> grow(graph, how))) {
      Network network = Network.of(model);
      assertThatThrownBy(() -> network.outputs(new Shape(3, 64, 64)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContainingAll("the network's tensor 'large' would have", "at a time");
      NDArray picture =
          network.manager().zeros(new Shape(1, 3, 64, 64), ai.djl.ndarray.types.DataType.FLOAT32);
      assertThatThrownBy(() -> network.whole().features(picture))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("the network's tensor 'large' would have");
    }
  }

  @Test
  void anInputHasSidesOfAPictureAndATensorATypeOfOnnx() throws IOException {
    refused(
        model ->
            model
                .getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(3)
                .setDimValue(4_294_967_295L),
        "its input has a side of 4294967295");
    refused(
        model -> model.getGraphBuilder().getInitializerBuilder(0).setDataType(1 << 20),
        "of the type 1048576, which ONNX does not have");
    refused(
        model ->
            model
                .getGraphBuilder()
                .getNodeBuilder(0)
                .addAttribute(AttributeProto.newBuilder().setName("\u0090\u009b").setI(1)),
        "export or copy it again");
  }

  @Test
  void nestedGraphsHaveABound() throws IOException {
    GraphProto.Builder inside = GraphProto.newBuilder();
    for (int i = 0; i < 25; i++) {
      NodeProto.Builder node =
          NodeProto.newBuilder()
              .setOpType("If")
              .addOutput("y")
              .addAttribute(graph("then_branch", inside));
      inside = GraphProto.newBuilder().addNode(node);
    }
    NodeProto outermost = inside.getNode(0);
    refused(model -> model.getGraphBuilder().addNode(outermost), "nested deeper than 8 levels");
  }

  /** ONNX Runtime finds it only when it computes the node. */
  @Test
  void whatTheLastPartRefusesIsSaidInASentence() {
    try (Model model =
            OnnxModels.changed(
                folder,
                graph ->
                    OnnxModels.edit(
                        graph, "/fc/Gemm", node -> node.setInput(2, "onnx::Conv_112")));
        Explainer explainer = Explainer.of(model)) {
      Picture picture = Picture.of(64, 64, new int[64 * 64], "black");
      assertThatThrownBy(() -> explainer.explain(picture))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContainingAll("the engine cannot compute this network", "Gemm");
    }
  }

  @Test
  void nodesHaveABound() throws IOException {
    refused(
        model -> {
          String last = model.getGraph().getOutput(0).getName();
          GraphProto.Builder graph = model.getGraphBuilder();
          for (int i = 0; i < 200_001; i++) {
            graph.addNode(
                NodeProto.newBuilder().setOpType("Relu").addInput(last).addOutput("relu" + i));
          }
        },
        "nodes, and graphs of up to 200000 can be opened");
  }

  @Test
  void shapesThatLieAreRefused() throws IOException {
    refused(
        model -> model.getGraphBuilder().getInitializerBuilder(0).setDims(0, 5),
        "bytes where that needs");
    refused(
        model -> model.getGraphBuilder().getInitializerBuilder(0).setDims(0, Long.MAX_VALUE),
        "has the shape [9223372036854775807");
    refused(
        model -> model.getGraphBuilder().getInitializerBuilder(0).setDims(0, -1),
        "has the shape [-1");
  }

  @Test
  void cyclesAndNodesWithoutOutputsAreRefused() throws IOException {
    refused(
        model ->
            model
                .getGraphBuilder()
                .addNode(OnnxModels.node("Add", "ring", List.of("a", "b"), "b"))
                .addNode(OnnxModels.node("Relu", "back", List.of("b"), "a")),
        "which none before it makes");
    refused(model -> model.getGraphBuilder().getNodeBuilder(1).clearOutput(), "has no output");
    refused(
        model ->
            model
                .getGraphBuilder()
                .addNode(NodeProto.newBuilder().setOpType("Resize").addOutput("nothing")),
        "has no input");
  }

  /** Each constant is read twice, so that walking every path would never end. */
  @Test
  void constantsMayBeReadByMany() {
    try (Model model =
        OnnxModels.changed(
            folder,
            graph -> {
              graph.addInitializer(
                  TensorValues.real(DataType.FLOAT, new long[] {1}, 1e-20).toBuilder()
                      .setName("d0"));
              for (int i = 0; i < 60; i++) {
                String before = "d" + i;
                graph.addNode(OnnxModels.node("Neg", "n" + i, List.of(before), "e" + i));
                graph.addNode(
                    OnnxModels.node("Sub", "s" + i, List.of(before, "e" + i), "d" + (i + 1)));
              }
              String logits = graph.getOutput(0).getName();
              graph.addNode(OnnxModels.node("Add", "sum", List.of(logits, "d60"), "last"));
              graph.setOutput(0, ValueInfoProto.newBuilder().setName("last"));
            })) {
      Network network = Network.of(model);
      assertThat(network.weightedLayers()).isNotEmpty();
      assertThat(network.layers(new Shape(3, 64, 64))).isNotEmpty();
    }
  }
}
