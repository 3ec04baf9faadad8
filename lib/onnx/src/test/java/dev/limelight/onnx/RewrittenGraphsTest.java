package dev.limelight.onnx;

import static dev.limelight.onnx.OnnxModels.changed;
import static dev.limelight.onnx.OnnxModels.node;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.method.Methods;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.onnx.adjoint.TensorValues;
import dev.limelight.onnx.file.OnnxUpgrade;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs of other exporters, made of the fixture: the maps stay those of the fixture. */
class RewrittenGraphsTest {

  @TempDir private Path folder;

  private static NodeProto transpose(String name, String from, String to, long... order) {
    AttributeProto.Builder perm =
        AttributeProto.newBuilder().setName("perm").setType(AttributeType.INTS);
    for (long each : order) {
      perm.addInts(each);
    }
    return node("Transpose", name, List.of(from), to).toBuilder().addAttribute(perm).build();
  }

  /** The input has its channels last, and a transposition follows, as tf2onnx writes it. */
  private static void channelsLast(GraphProto.Builder graph) {
    String input = graph.getInput(0).getName();
    GraphProto.Builder nodes = graph.clone();
    graph.clearNode().addNode(transpose("turned", "nhwc", input, 0, 3, 1, 2));
    graph.addAllNode(nodes.getNodeList());
    TensorShapeProto.Builder shape =
        graph
            .getInputBuilder(0)
            .setName("nhwc")
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .getShapeBuilder();
    TensorShapeProto.Dimension channels = shape.getDim(1);
    shape.removeDim(1).addDim(channels);
  }

  /** A softmax of the logits as (N, 1, 1, K) and back, as Paddle and Keras write it. */
  private static void shapedSoftmax(GraphProto.Builder graph) {
    String logits = graph.getOutput(0).getName();
    TensorProto shape = TensorValues.whole(new long[] {2}, 0, -1);
    graph.addInitializer(shape.toBuilder().setName("flat"));
    graph.addNode(node("Softmax", "closing", List.of(logits), "probabilities"));
    graph.addNode(node("Reshape", "shaped", List.of("probabilities", "flat"), "last"));
    graph.getOutputBuilder(0).setName("last");
  }

  private void assertSameMaps(Consumer<GraphProto.Builder> change, String layer)
      throws IOException {
    try (Model model = changed(folder, change);
        Explainer actual = Explainer.of(model);
        Explainer expected = Explainer.of(TinyResNet.onnxFile());
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:2");
      for (String method : List.of("grad-cam", "saliency", "guided-backprop")) {
        Question question = Question.of(x).methods(Methods.named(method)).targets(Target.of(1));
        List<Explanation> maps = List.copyOf(actual.at(layer).explain(question));
        List<Explanation> originals = List.copyOf(expected.at(layer).explain(question));
        for (int i = 0; i < 2; i++) {
          assertThat(maps.get(i).map().maxDifference(originals.get(i).map()))
              .as("%s, picture %d", method, i)
              .isLessThan(1e-5);
        }
      }
    }
  }

  @Test
  void picturesMayHaveTheirChannelsLast() throws IOException {
    assertSameMaps(RewrittenGraphsTest::channelsLast, "layer2");
    try (Model model = changed(folder, RewrittenGraphsTest::channelsLast)) {
      Network network = Network.of(model);
      Layer layer = network.defaultLayer(new Shape(3, 64, 64), null);
      assertThat(layer.path().name()).isEqualTo("layer3");
      assertThat(layer.shape()).isEqualTo(new Shape(1, 32, 8, 8));
    }
  }

  @Test
  void logitsAreFoundBeforeASoftmaxThatIsShaped() throws IOException {
    assertSameMaps(RewrittenGraphsTest::shapedSoftmax, "layer2");
    try (Model model = changed(folder, RewrittenGraphsTest::shapedSoftmax)) {
      Network network = Network.of(model);
      assertThat(network.outputActivation()).isEqualTo("softmax");
      assertThat(network.outputs(new Shape(3, 64, 64)))
          .noneMatch(output -> output.path().name().contains("limelight"));
    }
  }

  @Test
  void nodesMayBeInAnyOrder() throws IOException {
    assertSameMaps(
        graph -> {
          List<NodeProto> nodes = new ArrayList<>(graph.getNodeList());
          Collections.reverse(nodes);
          graph.clearNode().addAllNode(nodes);
        },
        "layer2");
  }

  @Test
  void aFixedBatchIsFilledUp() throws IOException {
    assertSameMaps(
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(0)
                .setDimValue(5),
        "layer2");
  }

  @Test
  void logitsMayHaveFurtherDimensionsOfOne() throws IOException {
    assertSameMaps(
        graph -> {
          graph.addInitializer(TensorValues.whole(new long[] {1}, 2).toBuilder().setName("third"));
          String logits = graph.getOutput(0).getName();
          graph.addNode(node("Unsqueeze", "longer", List.of(logits, "third"), "last"));
          graph.getOutputBuilder(0).setName("last").clearType();
        },
        "layer2");
  }

  /** Four outputs as two groups, each with its own softmax: no logits of classes are before it. */
  @Test
  void aSoftmaxInGroupsIsPartOfTheModel() {
    Consumer<GraphProto.Builder> change =
        graph -> {
          graph.addInitializer(
              TensorValues.whole(new long[] {3}, 0, 2, 2).toBuilder().setName("grouped"));
          String logits = graph.getOutput(0).getName();
          graph.addNode(node("Reshape", "pairs", List.of(logits, "grouped"), "pairs"));
          graph.addNode(
              node("Softmax", "each", List.of("pairs"), "each").toBuilder()
                  .addAttribute(
                      AttributeProto.newBuilder()
                          .setName("axis")
                          .setType(AttributeType.INT)
                          .setI(-1))
                  .build());
          graph.addNode(node("Flatten", "flat", List.of("each"), "last"));
          graph.getOutputBuilder(0).setName("last").clearType();
        };
    try (Model model = changed(folder, change)) {
      assertThat(Network.of(model).outputActivation()).isNull();
    }
  }

  /** What pools and classifies sees channels last, so shapes alone would take 32 for a width. */
  @Test
  void layoutsAreFollowedThroughTranspositions() {
    try (Model model =
        changed(
            folder,
            graph ->
                OnnxModels.insertBefore(
                    graph,
                    "/avgpool/GlobalAveragePool",
                    transpose("last", "/layer3/relu2/Relu_output_0", "nhwc", 0, 2, 3, 1),
                    node("Relu", "again", List.of("nhwc"), "positive")))) {
      Layer found =
          Network.of(model).layers(new Shape(3, 64, 64)).stream()
              .filter(layer -> layer.path().name().equals("layer3"))
              .findFirst()
              .orElseThrow();
      assertThat(found.shape()).isEqualTo(new Shape(1, 32, 8, 8));
    }
  }

  /** Newer versions of the file format than ONNX Runtime reads say nothing about operators. */
  @ParameterizedTest
  @ValueSource(ints = {7, 13})
  void theFormatsVersionIsAdapted(int version) {
    ai.onnx.proto.OnnxMl.ModelProto model =
        ai.onnx.proto.OnnxMl.ModelProto.newBuilder()
            .setIrVersion(version)
            .setGraph(GraphProto.getDefaultInstance())
            .build();
    assertThat(OnnxUpgrade.of(model).getIrVersion()).isBetween(8L, 10L);
  }

  @Test
  void theTypeOfNumbersIsKnown() {
    assertThat(TensorValues.reals(TensorValues.real(DataType.FLOAT16, new long[] {2}, 0.5, -2)))
        .containsExactly(0.5, -2);
  }
}
