package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DJL closes a model to which nothing refers, which one that is being explained is not. */
class ForgottenModelTest {

  private static final Cleaner CLEANER = Cleaner.create();

  private static Picture picture() {
    return Picture.of(64, 64, new Random(1).ints(64 * 64, 0, 1 << 24).toArray(), "noise");
  }

  /** Everything to which nothing refers is found, and its finalizers have run. */
  @SuppressWarnings("removal")
  private static void collect() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      CountDownLatch collected = new CountDownLatch(1);
      CLEANER.register(new Object(), collected::countDown);
      while (!collected.await(100, TimeUnit.MILLISECONDS)) {
        System.gc();
      }
      System.runFinalization();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted", "onnx"})
  void anExplainerKeepsItsModel(String kind) throws InterruptedException {
    try (Explainer explainer = Explainer.of(TinyResNet.of(kind))) {
      Heatmap before = explainer.explain(picture()).map();
      collect();
      assertThat(explainer.explain(picture()).map().values()).containsExactly(before.values());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted", "onnx"})
  void aSplitModelKeepsItsModel(String kind) throws InterruptedException {
    Engine engine = engine(kind);
    try (NDManager scope = engine.newBaseManager();
        SplitModel split = split(kind)) {
      NDArray x = scope.ones(new Shape(1, 3, 64, 64));
      float[] before = split.head(split.features(x)).toFloatArray();
      collect();
      assertThat(split.head(split.features(x)).toFloatArray()).containsExactly(before);
    }
  }

  private static Engine engine(String kind) {
    try (Model model = TinyResNet.of(kind);
        Network network = Network.of(model)) {
      return network.manager().getEngine();
    }
  }

  /** Cut at the last layer that has places. */
  private static SplitModel split(String kind) {
    Model model = TinyResNet.of(kind);
    List<Network.Output> outputs = Network.of(model).outputs(new Shape(3, 64, 64));
    LayerPath layer =
        outputs.stream()
            .filter(output -> output.shape().dimension() == 4 && output.shape().get(3) > 1)
            .reduce((first, second) -> second)
            .orElseThrow()
            .path();
    return SplitModel.of(model, layer);
  }
}
