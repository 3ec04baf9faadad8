package dev.limelight.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.TinyResNet;
import dev.limelight.method.Evidence;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guided maps of the fixture against those of captum. */
class GuidedMapsTest {

  private static final float TOLERANCE = 1e-4f;

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void mapsAreThoseOfTheFixture(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager()) {
      NDList golden = TinyResNet.golden(scope);
      NDArray x = golden.get("x");
      int[] classes = new int[6];
      for (int i = 0; i < 6; i++) {
        classes[i] = (int) golden.get("y").toLongArray()[i];
      }
      float[] before = x.toFloatArray();
      Network network = Network.of(model);
      try (SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, "layer3")));
          WholeNetwork whole = new WholeNetwork(network)) {
        // More than once, as an engine may compile what it runs again.
        for (int round = 0; round < 3; round++) {
          Pass pass = new Pass(split, whole, x, 1 << 26);
          Evidence evidence = pass.evidence(List.of(Target.each(classes))).get(0);
          check(new GuidedBackpropagation().parts(evidence), golden.get("guided-backprop"));
          check(new GuidedGradCam().parts(evidence), golden.get("guided-grad-cam"));
        }
        NDArray one = x.get("2:3");
        Pass pass = new Pass(split, whole, one, 1 << 26);
        Evidence evidence = pass.evidence(List.of(Target.of(classes[2]))).get(0);
        NDArray wanted = golden.get("guided-backprop").get("2:3");
        check(new GuidedBackpropagation().parts(evidence), wanted);
        Work planned = new GuidedGradCam().work(pass.conditions(Target.of(classes[2])));
        assertThat(planned.backwards()).isEqualTo(1);
        assertThat(planned.headBackwards()).isEqualTo(1);
      }
      assertThat(x.toFloatArray()).containsExactly(before);
      assertThat(x.hasGradient()).isFalse();
    }
  }

  private static void check(NDArray actual, NDArray wanted) {
    assertThat(actual.getShape()).isEqualTo(wanted.getShape());
    float largest = wanted.abs().max().getFloat();
    // One number, as a message with all of them takes an hour to write.
    assertThat(actual.sub(wanted).abs().max().getFloat() / Math.max(1, largest))
        .isLessThan(TOLERANCE);
    assertThat(largest).isPositive();
  }
}
