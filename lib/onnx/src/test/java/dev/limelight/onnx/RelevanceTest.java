package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.gradient.InputXGradient;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Method;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.relevance.AttnLrp;
import dev.limelight.relevance.Lrp;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Relevance against zennit, captum and the rules of LXT; src/test/python/make_relevance.py stores
 * what they give.
 */
class RelevanceTest {

  private static final Path FILES = Path.of("src", "test", "resources", "relevance");

  /** The bounds that the stored values were made with. */
  private static final Lrp BOX = new Lrp("epsilon-gamma-box", 1e-6, 0.25, -3, 3);

  private static Explainer explainer(String name, int height, int width) throws IOException {
    return Explainer.builder()
        .setModel(new ModelFile(FILES.resolve(name + ".onnx"), EngineName.ONNX_RUNTIME))
        .optPreprocessing(Preprocessing.of(height, width))
        .load();
  }

  private static List<Explanation> explained(Explainer explainer, NDArray x, Method method) {
    return List.copyOf(explainer.explain(Question.of(x).methods(method).targets(Target.of(2))));
  }

  private static Method method(String name) {
    return switch (name) {
      case "attn-lrp" -> new AttnLrp();
      case "epsilon-gamma-box" -> BOX;
      default -> new Lrp(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "biased, epsilon, x",
    "biased, epsilon-plus, x",
    "biased, epsilon-gamma-box, x",
    "plain, epsilon, x",
    "plain, epsilon-plus, x",
    "plain, epsilon-gamma-box, x",
    "straight, epsilon, x",
    "vit, attn-lrp, square",
  })
  void relevanceIsThatOfPeers(String network, String name, String input) throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream in = Files.newInputStream(FILES.resolve("peers.npz"))) {
      NDList golden = NDList.decode(manager, in);
      NDArray x = golden.get(input);
      NDArray expected = golden.get(network + "/" + name).sum(new int[] {1});
      int height = (int) x.getShape().get(2);
      int width = (int) x.getShape().get(3);
      try (Explainer explainer = explainer(network, height, width)) {
        List<Explanation> found = explained(explainer, x, method(name));
        for (int i = 0; i < 2; i++) {
          float[] peers = expected.get(i).toFloatArray();
          Heatmap map = found.get(i).map();
          double largest = Math.max(map.max(), -map.min());
          assertThat(largest).isPositive();
          assertThat(map.values()).hasSameSizeAs(peers);
          for (int place = 0; place < peers.length; place++) {
            assertThat(map.values()[place])
                .as("place %d", place)
                .isCloseTo(peers[place], within((float) (1e-4 * largest)));
          }
        }
      }
    }
  }

  /** Without biases nothing is lost. */
  @ParameterizedTest
  @ValueSource(strings = {"epsilon", "epsilon-plus", "epsilon-gamma-box"})
  void theScoreIsConserved(String name) throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream in = Files.newInputStream(FILES.resolve("peers.npz"));
        Explainer explainer = explainer("plain", 32, 24)) {
      NDArray x = NDList.decode(manager, in).get("x");
      List<Method> methods = new ArrayList<>(List.of(method(name)));
      if (name.equals("epsilon-gamma-box")) {
        methods.add(new Lrp());
      }
      for (Method method : methods) {
        for (Explanation one : explained(explainer, x, method)) {
          double sum = 0;
          for (float value : one.map().values()) {
            sum += value;
          }
          float score = one.logits()[2];
          assertThat(Math.abs(score)).isGreaterThan(0.01f);
          assertThat(sum).isCloseTo(score, within(1e-4 * Math.max(1, Math.abs(score))));
          assertThat(Map.copyOf(one.notes())).containsKey(IntegratedGradients.GAP);
        }
      }
    }
  }

  /** Of straight pieces through 0 both rules are the derivative. */
  @Test
  void onLinearLayersAttnLrpIsInputTimesGradient() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream in = Files.newInputStream(FILES.resolve("peers.npz"));
        Explainer explainer = explainer("biased", 32, 24)) {
      NDArray x = NDList.decode(manager, in).get("x");
      List<Explanation> found = explained(explainer, x, new AttnLrp());
      List<Explanation> expected = explained(explainer, x, new InputXGradient());
      for (int i = 0; i < 2; i++) {
        Heatmap map = expected.get(i).map();
        double largest = Math.max(map.max(), -map.min());
        assertThat(map.maxDifference(found.get(i).map()) / largest).isLessThan(1e-5);
      }
    }
  }

  @Test
  void transformersAreRefusedByLrp() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        InputStream in = Files.newInputStream(FILES.resolve("peers.npz"));
        Explainer explainer = explainer("vit", 32, 32)) {
      NDArray x = NDList.decode(manager, in).get("square");
      assertThatThrownBy(() -> explained(explainer, x, new Lrp()))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("use attn-lrp");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void otherFormatsAreRefused(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager manager = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDArray x = TinyResNet.golden(manager).get("x").get("0:1");
      for (Method method : List.of(new Lrp(), new AttnLrp())) {
        assertThatThrownBy(() -> explainer.explain(Question.of(x).methods(method)))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("export the network to ONNX");
      }
    }
  }

  @Test
  void unsuitableArgumentsAreRefused() {
    assertThatThrownBy(() -> new Lrp("alpha-beta"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epsilon-gamma-box, epsilon-plus, epsilon");
    assertThatThrownBy(() -> new Lrp("epsilon", 0, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Lrp("epsilon", 1e-6, 0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("low 1.0");
  }
}
