package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.limelight.model.Network;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.support.UnsupportedException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs inside the nodes of a graph: the branches of an If, and what a Loop or Scan repeats. */
class NestedGraphsTest {

  @TempDir private Path folder;

  private static AttributeProto body(String name, GraphProto graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  private static ValueInfoProto value(String name, DataType type, long... lengths) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long length : lengths) {
      shape.addDim(
          length < 0
              ? TensorShapeProto.Dimension.newBuilder()
              : TensorShapeProto.Dimension.newBuilder().setDimValue(length));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  private static GraphProto graph(List<NodeProto> nodes, ValueInfoProto... outputs) {
    return GraphProto.newBuilder()
        .setName("inside")
        .addAllNode(nodes)
        .addAllOutput(List.of(outputs))
        .build();
  }

  private static void whole(GraphProto.Builder graph, String name, long[] shape, long... values) {
    graph.addInitializer(TensorValues.whole(shape, values).toBuilder().setName(name));
  }

  /** Adds something to the logits, of the shape (1). */
  private static void addToLogits(GraphProto.Builder graph, String tensor) {
    String logits = graph.getOutput(0).getName();
    graph.addNode(OnnxModels.node("Add", "sum", List.of(logits, tensor), "last"));
    graph.setOutput(0, ValueInfoProto.newBuilder().setName("last"));
  }

  /** Nodes that make "small" (1) of a picture by way of something that may be large. */
  private static List<NodeProto> inside(String picture, boolean computed) {
    List<NodeProto> last =
        List.of(
            OnnxModels.node("ReduceMax", "r", List.of("large"), "most"),
            OnnxModels.node("Reshape", "f", List.of("most", "one"), "small"));
    List<NodeProto> first =
        computed
            ? List.of(
                OnnxModels.node("Shape", "s", List.of(picture), "shape"),
                OnnxModels.node("Mul", "m", List.of("shape", "times"), "longer"),
                OnnxModels.node("Expand", "e", List.of("real", "longer"), "large"))
            : List.of(OnnxModels.node("Tile", "t", List.of(picture, "times"), "large"));
    return List.of(first, last).stream().flatMap(List::stream).toList();
  }

  private static void branch(GraphProto.Builder graph, String where, long times) {
    String picture = graph.getInput(0).getName();
    whole(graph, "times", new long[] {4}, 1, 1, times, times);
    whole(graph, "one", new long[] {1}, 1);
    graph.addInitializer(
        TensorValues.real(DataType.FLOAT, new long[] {1}, 0).toBuilder().setName("real"));
    GraphProto growing =
        graph(inside(picture, where.contains("computed")), value("small", DataType.FLOAT, 1));
    GraphProto plain =
        graph(
            List.of(OnnxModels.node("Identity", "i", List.of("real"), "same")),
            value("same", DataType.FLOAT, 1));
    boolean second = where.contains("else");
    graph.addNode(OnnxModels.node("ReduceMax", "brightest", List.of(picture), "light"));
    graph.addNode(
        OnnxModels.node("Cast", "any", List.of("light"), "bright4").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeType.INT)
                    .setI(DataType.BOOL.getNumber())));
    graph.addNode(OnnxModels.node("Reshape", "flat", List.of("bright4", "one"), "bright"));
    graph.addNode(
        OnnxModels.node("If", "either", List.of("bright"), "chosen").toBuilder()
            .addAttribute(body("then_branch", second ? plain : growing))
            .addAttribute(body("else_branch", second ? growing : plain)));
    addToLogits(graph, "chosen");
  }

  /** A loop that carries v, of the shape (1) at first. */
  private static void loop(
      GraphProto.Builder graph, String turns, List<NodeProto> nodes, String result) {
    whole(graph, "three", new long[0], 3);
    whole(graph, "forty", new long[0], 40);
    whole(graph, "many", new long[0], Long.MAX_VALUE);
    whole(graph, "one", new long[] {1}, 1);
    graph.addInitializer(
        TensorValues.real(DataType.FLOAT, new long[] {1}, 0).toBuilder().setName("real"));
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("yes")
            .setDataType(DataType.BOOL.getNumber())
            .setRawData(ByteString.copyFrom(new byte[] {1})));
    GraphProto body =
        GraphProto.newBuilder()
            .setName("turn")
            .addInput(value("i", DataType.INT64))
            .addInput(value("go", DataType.BOOL))
            .addInput(value("v", DataType.FLOAT, -1))
            .addNode(OnnxModels.node("Identity", "go on", List.of("go"), "goes"))
            .addAllNode(nodes)
            .addOutput(value("goes", DataType.BOOL))
            .addOutput(value(result, DataType.FLOAT, -1))
            .build();
    graph.addNode(
        OnnxModels.node("Loop", "again", List.of(turns, "yes", "real"), "v last").toBuilder()
            .addAttribute(body("body", body)));
    graph.addNode(OnnxModels.node("ReduceMax", "top", List.of("v last"), "end"));
    graph.addNode(OnnxModels.node("Reshape", "flatten end", List.of("end", "one"), "flat end"));
    addToLogits(graph, "flat end");
  }

  private void refused(Consumer<GraphProto.Builder> change, String... why) {
    try (Model model = OnnxModels.changed(folder, change)) {
      Network network = Network.of(model);
      assertThatThrownBy(() -> network.outputs(new Shape(3, 64, 64)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContainingAll(why);
    }
  }

  private void runs(Consumer<GraphProto.Builder> change) {
    try (Model model = OnnxModels.changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(network.outputs(new Shape(3, 64, 64))).isNotEmpty();
      NDArray picture =
          network.manager().ones(new Shape(1, 3, 64, 64), ai.djl.ndarray.types.DataType.FLOAT32);
      assertThat(network.whole().features(picture).activations().getShape().get(0)).isOne();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"then", "else", "then, computed", "else, computed"})
  void branchesFitIntoMemory(String where) {
    refused(graph -> branch(graph, where, 4_000), "large' would have", "at a time");
    runs(graph -> branch(graph, where, 2));
  }

  @Test
  void turnsOfALoopFitIntoMemory() {
    refused(
        graph -> {
          whole(graph, "times", new long[] {4}, 1, 1, 4_000, 4_000);
          loop(graph, "three", inside(graph.getInput(0).getName(), false), "small");
        },
        "large' would have",
        "at a time");
    NodeProto twice =
        OnnxModels.node("Concat", "twice", List.of("v", "v"), "vv").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder().setName("axis").setType(AttributeType.INT).setI(0))
            .build();
    assertThatThrownBy(
            () ->
                OnnxModels.changed(folder, graph -> loop(graph, "forty", List.of(twice), "vv"))
                    .close())
        .hasMessageContainingAll("/vv' of the shape [", "would not fit into memory");
    runs(graph -> loop(graph, "three", List.of(twice), "vv"));
  }

  @Test
  void loopsOfAnUnknownNumberOfTurnsAreRefused() {
    List<NodeProto> same = List.of(OnnxModels.node("Identity", "same", List.of("v"), "w"));
    for (String turns : List.of("", "many")) {
      assertThatThrownBy(
              () -> {
                try (Model model =
                    OnnxModels.changed(folder, graph -> loop(graph, turns, same, "w"))) {
                  Network.of(model).outputs(new Shape(3, 64, 64));
                }
              })
          .hasMessageContaining("its node 'again' (Loop)")
          .hasMessageContaining(turns.isEmpty() ? "no constant" : "more than 1000 turns");
    }
  }
}
