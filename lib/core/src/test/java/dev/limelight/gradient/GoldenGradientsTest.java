package dev.limelight.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.TinyResNet;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Pass;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.perturb.Occlusion;
import dev.limelight.target.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What captum gave for the fixture, on every form of it, as one batch and picture by picture. */
class GoldenGradientsTest {

  private static final Map<String, Method> METHODS =
      Map.of(
          "saliency", new Saliency(),
          "input-x-gradient", new InputXGradient(),
          "integrated-gradients-64", new IntegratedGradients(),
          "occlusion-16-8", new Occlusion(16, 8, 0));

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void partsAreThoseOfCaptum(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager()) {
      Network network = Network.of(model);
      try (SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, "layer3")));
          WholeNetwork whole = new WholeNetwork(network)) {
        NDList golden = TinyResNet.golden(scope);
        NDArray x = golden.get("x");
        long[] classes = golden.get("y").toLongArray();
        int[] targets = new int[classes.length];
        for (int i = 0; i < targets.length; i++) {
          targets[i] = (int) classes[i];
        }
        METHODS.forEach(
            (key, method) -> {
              NDArray expected = golden.get(key);
              Pass all = new Pass(split, whole, x, 1 << 24);
              check(key, method, evidence(all, Target.each(targets)), expected);
              NDArray one = x.get("3:4");
              Pass alone = new Pass(split, whole, one, 1 << 24);
              check(key, method, evidence(alone, Target.of(targets[3])), expected.get("3:4"));
            });
      }
    }
  }

  private static Evidence evidence(Pass pass, Target target) {
    return pass.evidence(List.of(target)).get(0);
  }

  private static void check(String key, Method method, Evidence evidence, NDArray expected) {
    NDArray parts = method.parts(evidence);
    // captum repeats one value in all channels.
    NDArray wanted = parts.getShape().get(1) == 1 ? expected.get(":, 0:1") : expected;
    assertThat(parts.getShape()).isEqualTo(wanted.getShape());
    float[] values = wanted.toFloatArray();
    float[] actual = parts.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      assertThat(actual[i]).as("%s, value %d", key, i).isCloseTo(values[i], within(1e-4f));
    }
  }
}
