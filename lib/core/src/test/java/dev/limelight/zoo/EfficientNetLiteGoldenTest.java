package dev.limelight.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.SplitModel;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published network on real photos, against PyTorch and grad-cam 1.5.7. */
class EfficientNetLiteGoldenTest {

  private static final float TOLERANCE = 1e-3f;

  @BeforeEach
  void needsTheWeights() {
    PublishedWeights.assume();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNET", "PYTORCH"})
  void logitsAndFeaturesAreThoseOfPyTorch(EngineName engine) throws IOException {
    try (Model model = EfficientNetLite.lite0().load(engine);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, LayerPath.of("head"))) {
      NDList golden = golden(scope);
      NDArray plain =
          model
              .getBlock()
              .forward(new ParameterStore(scope, false), new NDList(golden.get("x")), false)
              .head();
      same("logits of a plain forward", plain, golden.get("logits"));
      var cut = split.features(golden.get("x"));
      same("features", cut.activations(), golden.get("features"));
      same("logits", split.head(cut), golden.get("logits"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNET", "PYTORCH"})
  void mapsAreThoseOfTheFixture(EngineName engine) throws IOException {
    try (Model model = EfficientNetLite.lite0().load(engine);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDList golden = golden(scope);
      long[] classes = golden.get("target").toLongArray();
      Target target = Target.each((int) classes[0], (int) classes[1]);
      List<Method> known = List.copyOf(Methods.all());
      for (String name :
          List.of("grad-cam", "grad-cam++", "layer-cam", "ablation-cam", "eigen-cam")) {
        for (Method method : known) {
          if (method.info().name().equals(name)) {
            List<Explanation> seen =
                explainer.explain(Question.of(golden.get("x")).methods(method).targets(target));
            same(name, seen.stream().map(e -> e.heatmap().values()).toList(), golden.get(name));
          }
        }
      }
      List<Explanation> cam =
          explainer.explain(
              Question.of(golden.get("x")).methods(Methods.named("cam")).targets(target));
      same("cam-raw", cam.stream().map(e -> e.map().values()).toList(), golden.get("cam-raw"));
      assertThat(cam.get(0).predictedLabel()).isEqualTo("Egyptian cat");
    }
  }

  private static void same(String what, List<float[]> actual, NDArray expected) {
    for (int i = 0; i < actual.size(); i++) {
      same(what + " of picture " + i, actual.get(i), expected.get(i).toFloatArray());
    }
  }

  private static void same(String what, NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).as(what).isEqualTo(expected.getShape());
    same(what, actual.toFloatArray(), expected.toFloatArray());
  }

  private static void same(String what, float[] actual, float[] expected) {
    float most = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(actual[i] - expected[i]));
    }
    assertThat(most).as("largest difference, " + what).isCloseTo(0f, within(TOLERANCE));
  }

  private static NDList golden(NDManager manager) throws IOException {
    try (InputStream in =
        Files.newInputStream(TinyResNet.folder().resolve("efficientnet-lite0-golden.npz"))) {
      return NDList.decode(manager, in);
    }
  }
}
