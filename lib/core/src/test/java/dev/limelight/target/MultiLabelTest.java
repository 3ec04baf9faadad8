package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.TinyResNet;
import dev.limelight.array.NativeArrays;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.model.EngineName;
import dev.limelight.model.signature.OutputKind;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that end in a sigmoid over several classes, and networks with several outputs. */
class MultiLabelTest {

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static Picture picture() throws IOException {
    return Pictures.read(TinyResNet.folder().resolve("picture-0.png"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void eachClassHasItsOwnProbability(String engine) throws IOException {
    try (Model model = TinyResNet.blocks(engine)) {
      SequentialBlock all = new SequentialBlock();
      all.add(model.getBlock()).add(Activation.sigmoidBlock());
      all.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      model.setBlock(all);
      try (Explainer explainer =
          Explainer.builder().setModel(model).optLabels(TinyResNet.LABELS).build()) {
        Explanation found = explainer.explain(picture());
        assertThat(found.provenance().model().outputActivation()).isEqualTo("sigmoid");
        for (int i = 0; i < TinyResNet.LABELS.size(); i++) {
          assertThat(found.probability(i)).isCloseTo(sigmoid(found.logits()[i]), within(1e-6));
        }
        assertThat(found.probability(new float[] {0, 0, 0, 0})).isEqualTo(0.5);
      }
    }
  }

  @Test
  void aTargetOfAProbabilityReadsItsOwnClassAlone() {
    Target target = Target.not(Target.probability(1)).on(OutputKind.SIGMOIDS);
    Target both =
        Target.difference(Target.probability(0), Target.logProbability(1)).on(OutputKind.SIGMOIDS);
    try (NDManager manager = Engine.getEngine("MXNet").newBaseManager()) {
      NDArray logits = NativeArrays.of(manager, new float[] {2, -1, 5}, new Shape(1, 3));
      assertThat(target.score(logits).toFloatArray()[0])
          .isCloseTo((float) -sigmoid(-1), within(1e-6f));
      assertThat(both.score(logits).toFloatArray()[0])
          .isCloseTo((float) (sigmoid(2) - Math.log(sigmoid(-1))), within(1e-5f));
      assertThat(target.of(0, logits).score(logits).toFloatArray()[0])
          .isCloseTo((float) -sigmoid(-1), within(1e-6f));
    }
  }

  @Test
  void blocksWithSeveralOutputsAreAskedFor() throws IOException {
    try (Model model = TinyResNet.blocks(EngineName.PYTORCH.djl())) {
      SequentialBlock all = new SequentialBlock();
      all.add(model.getBlock())
          .add(new LambdaBlock(list -> new NDList(list.head().mul(3), list.head()), "two"));
      all.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
      model.setBlock(all);
      assertThatThrownBy(() -> Explainer.of(model).explain(picture()))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("gives 2 outputs, [(1, 4), (1, 4)]; name one by optOutput");
      float[] first = logits(model, "0");
      float[] second = logits(model, "1");
      for (int i = 0; i < 4; i++) {
        assertThat(first[i]).isCloseTo(3 * second[i], within(1e-4f));
      }
      assertThatThrownBy(() -> logits(model, "2"))
          .hasMessageContaining("there is no output 2; this network gives 2");
      assertThatThrownBy(() -> Explainer.builder().setModel(model).optOutput("a").build())
          .hasMessageContaining("'a' is no index such as 0 or 1");
    }
  }

  private static float[] logits(Model model, String output) throws IOException {
    try (Explainer explainer = Explainer.builder().setModel(model).optOutput(output).build()) {
      return explainer.explain(picture()).logits();
    }
  }
}
