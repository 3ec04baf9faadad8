package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
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
import dev.limelight.TinyResNet;
import dev.limelight.model.Network;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.TensorValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  private static TensorProto outside() {
    return TensorProto.newBuilder()
        .setName("stolen")
        .setDataType(DataType.FLOAT.getNumber())
        .addDims(4)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("../secret.bin"))
        .build();
  }

  private static void put(ModelProto.Builder model, Where where) {
    GraphProto.Builder graph = model.getGraphBuilder();
    TensorProto outside = outside();
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
    refused(model -> put(model, where), "'../secret.bin', which is outside its folder");
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
