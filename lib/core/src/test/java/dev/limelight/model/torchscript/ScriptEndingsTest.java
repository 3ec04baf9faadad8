package dev.limelight.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.array.NativeArrays;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TorchScript that draws at random, ranks its scores, or makes more of its probabilities. */
class ScriptEndingsTest {

  @TempDir private Path folder;

  private static Path archive(String name) {
    return Path.of(
        Objects.requireNonNull(ScriptEndingsTest.class.getResource("/outputs/" + name)).getPath());
  }

  private static Explanation explained(Explainer explainer) {
    Random random = new Random(4);
    float[] values = new float[3 * 32 * 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return explainer
          .explain(Question.of(NativeArrays.of(manager, values, new Shape(1, 3, 32, 32))))
          .get(0);
    }
  }

  @Test
  void theSoftmaxBeforeAClampIsLeftOut() throws IOException {
    try (Explainer explainer = Explainer.of(archive("clamped.pt"))) {
      assertThat(explained(explainer).map().unit()).isEqualTo("logit");
      assertThat(explainer.model().outputActivation()).isEqualTo("softmax");
    }
  }

  @Test
  void theMeanOfTwoSoftmaxesIsAProbability() throws IOException {
    try (Explainer explainer = Explainer.of(archive("ensemble.pt"))) {
      Explanation found = explained(explainer);
      assertThat(found.map().unit()).isEqualTo("probability");
      double sum = 0;
      for (int i = 0; i < 5; i++) {
        assertThat(found.probability(i)).isEqualTo(found.logits()[i]);
        sum += found.probability(i);
      }
      assertThat(sum).isBetween(0.999, 1.001);
    }
  }

  @Test
  void dropoutThatWasTracedInTrainingIsRefused() {
    assertThatThrownBy(() -> Explainer.of(archive("trained-dropout.pt")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its torch.dropout of Dropout works as in training")
        .hasMessageContaining("model.eval()");
  }

  @Test
  void sortedScoresAreRefused() throws IOException {
    Path file =
        EditedArchive.withCode(
            folder,
            text ->
                text.replaceAll(
                    "( +)return _4\n", "$1_90, _91 = torch.topk(_4, 2)\n$1return _90\n"));
    assertThatThrownBy(() -> Explainer.of(file))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("its output 0 follows a torch.topk");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.add($1, torch.randn_like($1)) | its torch.randn_like",
        "torch.dropout($1, 0.5, True)        | its torch.dropout",
      })
  void whatDrawsAtRandomIsNamed(String code, String message) throws IOException {
    Path file =
        EditedArchive.withCode(
            folder, text -> text.replaceAll("torch\\.relu_?\\((\\w+)\\)", code.strip()));
    assertThatThrownBy(() -> Explainer.of(file)).hasMessageContaining(message);
    Path same =
        EditedArchive.withCode(
            folder,
            text ->
                text.replaceAll(
                    "torch\\.relu_?\\((\\w+)\\)", "torch.relu(torch.dropout($1, 0.5, False))"));
    Explainer.of(same).close();
  }
}
