package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.onnx.adjoint.TypeInference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs of so many nodes that their types and shapes are found in another way. */
class ManyNodesTest {

  private static final int NODES = 10_500;

  @TempDir private Path folder;

  private static NodeProto node(String operator, String input, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addInput(input)
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto input() {
    List<Dimension> shape =
        List.of(
            new Dimension(-1, "N"),
            new Dimension(3, ""),
            new Dimension(-1, "H"),
            new Dimension(8, ""));
    return OnnxGradient.value("x", new TensorType(DataType.FLOAT, shape));
  }

  private static ModelProto chain(int count) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("chain").addInput(input());
    String last = "x";
    for (int i = 0; i < count; i++) {
      String next = "t" + i;
      graph.addNode(node(i % 2 == 0 ? "Sigmoid" : "Tanh", last, next));
      last = next;
    }
    graph
        .addNode(node("GlobalAveragePool", last, "pooled"))
        .addNode(node("Flatten", "pooled", "y"));
    List<Dimension> output = List.of(new Dimension(-1, "N"), new Dimension(3, ""));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph.addOutput(OnnxGradient.value("y", new TensorType(DataType.FLOAT, output))))
        .build();
  }

  @Test
  void theirTypesAreThoseOfFewNodes() throws Exception {
    Map<String, TensorType> few = TypeInference.of(chain(100));
    Map<String, TensorType> many = TypeInference.of(chain(NODES));
    assertThat(few).hasSize(103);
    assertThat(many).hasSize(NODES + 3).containsAllEntriesOf(few);
    assertThat(many.get("t" + (NODES - 1))).isEqualTo(few.get("t99"));
  }

  @Test
  void theirLayersAreListed() throws Exception {
    Path file = Files.write(folder.resolve("many.onnx"), chain(NODES).toByteArray());
    try (Model model = ModelFile.of(file).load();
        Network network = Network.of(model)) {
      assertThat(network.layers(new Shape(3, 16, 8)))
          .filteredOn(layer -> layer.path().name().startsWith("t"))
          .hasSize(NODES)
          .extracting(Layer::shape)
          .containsOnly(new Shape(1, 3, 16, 8));
    }
  }
}
