package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose output holds probabilities, behind operators that hide the softmax. */
class ProbabilityOutputTest {

  private static Picture picture() throws IOException {
    return Pictures.read(TinyResNet.folder().resolve("picture-0.png"));
  }

  /** The fixture, and what follows its logits. */
  private static Model ending(String engine, UnaryOperator<NDArray> end) throws IOException {
    Model model = TinyResNet.blocks(engine);
    SequentialBlock all = new SequentialBlock();
    all.add(model.getBlock())
        .add(new LambdaBlock(list -> new NDList(end.apply(list.head())), "ending"));
    all.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
    model.setBlock(all);
    return model;
  }

  private static double softmax(float[] logits, int index) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    return Math.exp(logits[index]) / sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void probabilitiesAreReadAsTheyAre(String engine) throws IOException {
    try (Model plain = TinyResNet.blocks(engine);
        Model model = ending(engine, logits -> logits.softmax(1).mul(1));
        Explainer before = Explainer.of(plain);
        Explainer explainer = Explainer.of(model)) {
      float[] logits = before.explain(picture()).logits();
      assertThat(before.model().probabilities()).isFalse();
      assertThat(before.model().notes()).isEmpty();
      Explanation found = explainer.explain(picture());
      for (int i = 0; i < logits.length; i++) {
        assertThat(found.probability(i)).isCloseTo(softmax(logits, i), within(1e-5));
      }
      assertThat(found.map().unit()).isEqualTo("probability");
      assertThat(found.provenance().model().probabilities()).isTrue();
      assertThat(explainer.model().notes())
          .singleElement()
          .asString()
          .startsWith("the output already holds probabilities");
      assertThat(found.provenance().model().notes()).isEqualTo(explainer.model().notes());
      Explanation asked =
          explainer.explain(Question.of(picture()).targets(Target.probability(1))).get(0);
      Explanation same = explainer.explain(Question.of(picture()).targets(Target.of(1))).get(0);
      assertThat(asked.map().maxDifference(same.map())).isLessThan(1e-6);
    }
  }

  @Test
  void percentagesAreNoted() throws IOException {
    try (Model model = ending("PyTorch", logits -> logits.softmax(1).mul(100));
        Explainer explainer = Explainer.of(model)) {
      assertThat(explainer.model().probabilities()).isFalse();
      assertThat(explainer.model().notes()).singleElement().asString().contains("sum to 100");
    }
  }

  @Test
  void aSingleValueBetweenZeroAndOneIsNoted() throws IOException {
    try (Model model =
            ending("PyTorch", logits -> logits.softmax(1).get(":, 0:1").mul(0.1f).add(0.2f));
        Explainer explainer =
            Explainer.builder().setModel(model).optLabels(List.of("no", "yes")).build()) {
      // Nothing tells such values from logits, so a note says how they are read.
      assertThat(explainer.model().probabilities()).isFalse();
      assertThat(explainer.model().notes())
          .singleElement()
          .asString()
          .contains("lie in 0..1")
          .contains("taken for logits");
    }
  }
}
