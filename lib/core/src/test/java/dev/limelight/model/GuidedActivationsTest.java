package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.model.GuidedBackprop.Rectifiers;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guided backpropagation guides ReLUs: where there are others it counts, and refuses none. */
class GuidedActivationsTest {

  private static final Path SCRIPTS = Path.of("src/test/resources/activations");

  private static Block activation(String name) {
    return switch (name) {
      case "relu" -> Activation.reluBlock();
      case "relu6" -> Activation.relu6Block();
      case "leaky" -> Activation.leakyReluBlock(0.1f);
      case "elu" -> Activation.eluBlock(1);
      case "selu" -> Activation.seluBlock();
      case "gelu" -> Activation.geluBlock();
      case "swish" -> Activation.swishBlock(1);
      case "mish" -> Activation.mishBlock();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Model model(String engine, String first, String second) {
    Model model = Model.newInstance("activations", engine);
    SequentialBlock net =
        new SequentialBlock()
            .add(convolution())
            .add(activation(first))
            .add(convolution())
            .add(activation(second))
            .add(Pool.globalAvgPool2dBlock());
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 6, 6));
    return model;
  }

  private static Block convolution() {
    return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(4).build();
  }

  @ParameterizedTest
  @CsvSource({
    "MXNet, leaky",
    "MXNet, elu",
    "MXNet, selu",
    "MXNet, gelu",
    "MXNet, swish",
    "PyTorch, leaky",
    "PyTorch, elu",
    "PyTorch, selu",
    "PyTorch, gelu",
    "PyTorch, swish",
    "PyTorch, mish"
  })
  void blocksWithoutAReluAreRefusedBeforeTheyRun(String engine, String name) {
    try (Model model = model(engine, name, name)) {
      Network network = Network.of(model);
      try (WholeNetwork whole = new WholeNetwork(network)) {
        assertThatThrownBy(whole::prepareGuided)
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("this network has none but 2 activations")
            .hasMessageContaining("saliency");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MXNet, relu, gelu, 1, 1", "MXNet, swish, relu6, 1, 1", "MXNet, relu, relu, 2, 0",
    "PyTorch, relu, gelu, 1, 1", "PyTorch, swish, relu6, 1, 1", "PyTorch, relu, relu, 2, 0"
  })
  void blocksWithSomeAreCounted(
      String engine, String first, String second, int guided, int others) {
    try (Model model = model(engine, first, second);
        NDManager scope = model.getNDManager().newSubManager();
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      Rectifiers expected = new Rectifiers(guided, others);
      assertThat(whole.rectifiers()).isEqualTo(expected);
      NDArray x = scope.ones(new Shape(1, 3, 6, 6));
      whole.guidedGradients(x, logits -> logits.get(":, 0"));
      assertThat(whole.rectifiers()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"silu", "gelu"})
  void scriptsWithoutAReluAreRefused(String name) throws Exception {
    try (Model model = ModelFile.of(SCRIPTS.resolve(name + ".pt")).load();
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      assertThatThrownBy(whole::prepareGuided)
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("this network has none but 4 activations such as SiLU");
    }
  }

  @Test
  void theNoteAndThePlanCountWhatIsGuided() throws Exception {
    try (Model model = ModelFile.of(SCRIPTS.resolve("relu-silu-leaky.pt")).load();
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = scope.ones(new Shape(1, 3, 8, 8));
      Explanation map =
          explainer
              .explain(Question.of(x).methods(new GuidedBackpropagation()).targets(Target.of(1)))
              .get(0);
      assertThat(map.notes())
          .containsEntry("guided activations", 2.0)
          .containsEntry("activations that are no ReLU and were not guided", 2.0);
      try (WholeNetwork whole = new WholeNetwork(Network.of(model))) {
        assertThat(whole.rectifiers().limits()).isEqualTo(", of 2 of 4 activations");
      }
      Plan plan = explainer.plan(List.of(new GuidedBackpropagation()), Target.of(1));
      assertThat(plan.rows().get(0).work().how()).contains("of 2 of 4 activations");
    }
  }
}
