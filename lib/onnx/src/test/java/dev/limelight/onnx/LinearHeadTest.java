package dev.limelight.onnx;

import static dev.limelight.onnx.OnnxModels.changed;
import static dev.limelight.onnx.OnnxModels.edit;
import static dev.limelight.onnx.OnnxModels.insertBefore;
import static dev.limelight.onnx.OnnxModels.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import dev.limelight.TinyResNet;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import dev.limelight.support.UnsupportedException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearHeadTest {

  @TempDir private Path folder;

  private static List<NDArray> gradients(Network network, NDManager scope, String layer) {
    try (SplitModel split = network.split(LayerPath.of(layer))) {
      Cut cut = split.features(TinyResNet.golden(scope).get("x"));
      return split.gradients(cut, logits -> new NDList(logits.get(":, 1"))).perScore();
    }
  }

  @Test
  void headsWrittenOtherwiseAreLinearToo() {
    Consumer<GraphProto.Builder> reduceMean =
        graph -> {
          edit(
              graph,
              "/avgpool/GlobalAveragePool",
              node ->
                  node.setOpType("ReduceMean")
                      .addAttribute(
                          AttributeProto.newBuilder()
                              .setName("axes")
                              .setType(AttributeProto.AttributeType.INTS)
                              .addInts(-1)
                              .addInts(2)));
        };
    Consumer<GraphProto.Builder> averagePool =
        graph ->
            edit(
                graph,
                "/avgpool/GlobalAveragePool",
                node ->
                    node.setOpType("AveragePool")
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("kernel_shape")
                                .setType(AttributeProto.AttributeType.INTS)
                                .addInts(8)
                                .addInts(8)));
    Consumer<GraphProto.Builder> matMul =
        graph -> {
          insertBefore(
              graph,
              "/fc/Gemm",
              node("Transpose", "turned", List.of("fc.weight"), "turned"),
              node("MatMul", "product", List.of("/flatten/Flatten_output_0", "turned"), "product"));
          edit(
              graph,
              "/fc/Gemm",
              node ->
                  node.setOpType("Add")
                      .clearAttribute()
                      .clearInput()
                      .addInput("fc.bias")
                      .addInput("product"));
        };
    try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
      NDArray expected;
      try (Model model = TinyResNet.of("onnx")) {
        expected = gradients(Network.of(model), scope, "layer3").get(0);
      }
      for (Consumer<GraphProto.Builder> change : List.of(reduceMean, averagePool, matMul)) {
        try (Model model = changed(folder, change)) {
          NDArray found = gradients(Network.of(model), scope, "layer3").get(0);
          assertThat(SplitModelTest.difference(found, expected)).isLessThan(1e-7f);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tanh", "Relu"})
  void aHeadThatIsNotLinearHasNoGradient(String operator) {
    Consumer<GraphProto.Builder> change =
        graph -> {
          insertBefore(
              graph,
              "/fc/Gemm",
              node(operator, "bent", List.of("/flatten/Flatten_output_0"), "bent"));
          edit(graph, "/fc/Gemm", node -> node.setInput(0, "bent"));
        };
    try (Model model = changed(folder, change);
        NDManager scope = Network.of(model).manager().newSubManager()) {
      assertThatThrownBy(() -> gradients(Network.of(model), scope, "layer3"))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(
              "ONNX Runtime has no gradients, and what follows layer 'layer3' is not global average"
                  + " pooling and one linear layer, whose gradient is known");
    }
  }

  @Test
  void scoresThatAreNotLogitsAreDifferentiatedThroughTheHead() {
    try (Model model = TinyResNet.of("onnx");
        NDManager scope = Network.of(model).manager().newSubManager();
        SplitModel split = SplitModel.of(model, LayerPath.of("layer3"))) {
      Cut cut = split.features(TinyResNet.golden(scope).get("x"));
      Gradients gradients =
          split.gradients(cut, logits -> new NDList(logits.softmax(1).get(":, 2")));
      NDArray step = scope.randomUniform(-1, 1, cut.activations().getShape());
      NDArray up = split.head(cut.with(cut.activations().add(step.mul(1e-2f)))).softmax(1);
      NDArray down = split.head(cut.with(cut.activations().sub(step.mul(1e-2f)))).softmax(1);
      double measured = up.sub(down).get(":, 2").sum().toFloatArray()[0] / 2e-2;
      double told = gradients.perScore().get(0).mul(step).sum().toFloatArray()[0];
      assertThat(told).isCloseTo(measured, within(1e-4));
    }
  }

  /** As SqueezeNet ends: the channels of the layer are the classes. */
  @Test
  void poolingAloneIsAHead() {
    Consumer<GraphProto.Builder> change =
        graph ->
            edit(
                graph,
                "/fc/Gemm",
                node -> {
                  String pooled = node.getInput(0);
                  return node.setOpType("Identity").clearAttribute().clearInput().addInput(pooled);
                });
    try (Model model = changed(folder, change);
        NDManager scope = Network.of(model).manager().newSubManager()) {
      NDArray gradients = gradients(Network.of(model), scope, "layer3").get(0);
      assertThat(gradients.get(":, 1").min().toFloatArray()[0]).isEqualTo(1f / 64);
      assertThat(gradients.sum().toFloatArray()[0]).isCloseTo(6, within(1e-5f));
    }
  }
}
