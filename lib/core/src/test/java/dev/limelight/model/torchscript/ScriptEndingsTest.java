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
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** With other code in place of what returns the scores, _4. */
  private Path ending(String code) throws IOException {
    String indented = String.join("\n    ", code.split("; "));
    return EditedArchive.withCode(
        folder, text -> text.replace("    return _4\n", "    " + indented + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_90, _91 = torch.topk(_4, 2); return _90                   | topk",
        "_90, _91 = torch.topk(_4, 2); return _91                   | topk",
        "_90, _91 = torch.topk(_4, 2, 1); return torch.to(_91, 6)   | topk",
        "_90, _91 = torch.max(_4, 1); return _90                    | max",
        "_90, _91 = torch.sort(_4, -1, True); return torch.softmax(_90, 1) | sort",
        "return torch.to(torch.argmax(_4, 1), 6)                    | argmax",
        "_90 = torch.softmax(_4, 1); return torch.squeeze(torch.argsort(_90, 1), 1) | argsort",
      })
  void theScoresBeforeARankingAreExplained(String code, String operator) throws IOException {
    float[] scores;
    try (Explainer whole = Explainer.of(EditedArchive.WHOLE)) {
      scores = explained(whole).logits();
    }
    try (Explainer explainer = Explainer.of(ending(code))) {
      assertThat(explained(explainer).logits()).containsExactly(scores);
      assertThat(explainer.model().notes())
          .contains(
              "of the output 0 the scores before its torch."
                  + operator
                  + " are explained, as what it gives belongs to no fixed class");
    }
  }

  @Test
  void selfMayHaveAnotherName() throws IOException {
    float[] scores;
    try (Explainer whole = Explainer.of(EditedArchive.WHOLE)) {
      scores = explained(whole).logits();
    }
    Path file = EditedArchive.withCode(folder, text -> text.replaceAll("\\bself\\b", "s"));
    try (Explainer explainer = Explainer.of(file)) {
      assertThat(explained(explainer).logits()).containsExactly(scores);
      assertThat(explained(explainer).provenance().layerText()).isEqualTo("layer3");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return torch.mul(torch.argsort(_4, 1), 2)                                | argsort",
        "_90, _91 = torch.topk(_4, 3); return torch.add(_90, _4)                  | topk",
        "return torch.one_hot(torch.argmax(_4, 1), 5)                             | argmax",
      })
  void whatIsMadeOfRankedScoresIsRefused(String code, String operator) throws IOException {
    Path file = ending(code);
    assertThatThrownBy(() -> Explainer.of(file))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("its output 0 follows a torch." + operator + ", which gives values");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The strongest places of each channel, and a ranking before the last weights.
        "_80 = torch.flatten(_0, 2); _82, _83 = torch.topk(_80, 3); return torch.mean(_82, [2])",
        "_82, _83 = torch.max(torch.flatten(_0, 2), 2); return _82",
        "_82, _83 = torch.sort(_3, 1); _84 = (flatten).forward(_82, ); return (fc).forward(_84, )",
      })
  void aRankingOfPlacesOrFeaturesIsNone(String code) throws IOException {
    try (Explainer explainer = Explainer.of(ending(code))) {
      assertThat(explainer.model().notes()).noneMatch(note -> note.contains("belongs to no fixed"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.flip(x, [3]) | the model mirrors the picture at torch.flip, so the maps of later layers"
            + " appear mirrored on it",
        "torch.mul(torch.flip(x, [1, -2]), 2) | the model mirrors the picture at torch.flip, so the"
            + " maps of later layers appear mirrored on it",
        "torch.transpose(x, 2, 3) | the model swaps the height and width of the picture before"
            + " torch._convolution, so the maps of later layers appear with their sides swapped on"
            + " it",
        "torch.permute(torch.permute(x, [0, 2, 3, 1]), [0, 3, 1, 2]) |",
        "torch.flip(x, [1]) |",
      })
  void aMirroredPictureIsNoted(String code, String note) throws IOException {
    Path file =
        EditedArchive.withCode(
            folder,
            text -> text.replace("(conv1).forward(x, )", "(conv1).forward(" + code + ", )"));
    try (Explainer explainer = Explainer.of(file)) {
      List<String> found =
          explainer.model().notes().stream()
              .filter(one -> one.startsWith("the model mirrors") || one.contains(" swaps "))
              .toList();
      assertThat(found).isEqualTo(note == null ? List.of() : List.of(note));
    }
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
