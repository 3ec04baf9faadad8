package dev.limelight.model;

import static dev.limelight.model.TokensTest.pictures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.onnx.OnnxModels;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX graphs whose nodes give tokens, or channels last. */
class OnnxTokensTest {

  /** The fixture's ONNX graph with its last layer laid out in every way and back. */
  @Test
  void onnxGraphsOfTokensAreCutToo(@TempDir Path folder) {
    String layer = "/layer3/relu2/Relu_output_0";
    Consumer<GraphProto.Builder> change =
        graph -> {
          graph.addInitializer(numbers("as-tokens", 0, 64, 32));
          graph.addInitializer(numbers("as-places", 0, 8, 8, 32));
          NodeProto user =
              graph.getNodeList().stream()
                  .filter(node -> node.getInputList().contains(layer))
                  .findFirst()
                  .orElseThrow();
          OnnxModels.insertBefore(
              graph,
              user.getName(),
              transposed("last", layer, 0, 2, 3, 1),
              OnnxModels.node("Reshape", "tokens", List.of("last-out", "as-tokens"), "tokens-out"),
              OnnxModels.node("Reshape", "places", List.of("tokens-out", "as-places"), "places"),
              transposed("first", "places", 0, 3, 1, 2));
          OnnxModels.edit(graph, user.getName(), node -> node.setInput(0, "first-out"));
        };
    try (Model model = OnnxModels.changed(folder, change)) {
      Network network = Network.of(model);
      assertThat(network.layers(new Shape(3, 64, 64)))
          .extracting(found -> found.path().name(), Layer::shape)
          .contains(
              tuple("layer3", new Shape(1, 32, 8, 8)),
              tuple("last", new Shape(1, 32, 8, 8)),
              tuple("tokens", new Shape(1, 32, 8, 8)));
      try (NDManager scope = network.manager().newSubManager()) {
        TokenGraphsTest.assertAlike(
            network, pictures(scope, 2, 64, 64), "layer3", "last", "tokens");
      }
    }
  }

  private static NodeProto transposed(String name, String from, long... axes) {
    AttributeProto.Builder permutation =
        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
    for (long axis : axes) {
      permutation.addInts(axis);
    }
    return OnnxModels.node("Transpose", name, List.of(from), name + "-out").toBuilder()
        .addAttribute(permutation)
        .build();
  }

  private static TensorProto numbers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }
}
