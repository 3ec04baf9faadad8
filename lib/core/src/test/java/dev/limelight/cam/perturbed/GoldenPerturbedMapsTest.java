package dev.limelight.cam.perturbed;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.Fixtures;
import dev.limelight.TinyResNet;
import dev.limelight.method.Evidence;
import dev.limelight.method.Noise;
import dev.limelight.method.Pass;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Maps against those that torchcam 0.5.0 and PyTorch gave with the same noise; {@code
 * make_perturbed_maps.py} made them.
 */
class GoldenPerturbedMapsTest {

  private static NDList golden(NDManager scope) throws IOException {
    try (InputStream in =
        Files.newInputStream(Fixtures.folder("perturbed").resolve("golden.npz"))) {
      return NDList.decode(scope, in);
    }
  }

  private static Noise stored(NDArray rows) {
    float[] all = rows.toFloatArray();
    int length = (int) rows.getShape().get(1);
    return (copy, size) -> {
      assertThat(size).isEqualTo(length);
      return Arrays.copyOfRange(all, copy * length, (copy + 1) * length);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void mapsAreThoseOfTheFixture(String kind) throws IOException {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, "layer2")));
          WholeNetwork whole = new WholeNetwork(network)) {
        NDList golden = golden(scope);
        Noise ofMasks = stored(golden.get("mask_noise"));
        Noise ofInputs = stored(golden.get("input_noise"));
        long[] y = golden.get("y").toLongArray();
        Evidence evidence =
            new Pass(split, whole, golden.get("x"), 1 << 26)
                .evidence(List.of(Target.each((int) y[0], (int) y[1])))
                .get(0);
        check(
            golden,
            "ss-cam/activation",
            new SmoothedScoreCam("activation", 2, 0.5, 0, 0).parts(evidence, ofMasks),
            1e-4);
        check(
            golden,
            "ss-cam/input",
            new SmoothedScoreCam("input", 2, 0.5, 0, 0).parts(evidence, ofInputs),
            1e-4);
        check(golden, "is-cam", new IntegratedScoreCam(2, false, 0).parts(evidence), 1e-4);
        check(
            golden,
            "smooth-grad-cam++",
            new SmoothGradCamPlusPlus(2, 0.15, 0).parts(evidence, ofInputs),
            1e-3);
        check(golden, "opti-cam", new OptiCam(12, 0.1).parts(evidence), 1e-3);
        check(golden, "cameras", new Cameras("1+1.5+2").parts(evidence), 1e-3);
      }
    }
  }

  private static void check(NDList golden, String name, NDArray parts, double share) {
    NDArray wanted = golden.get(name);
    assertThat(wanted).as(name).isNotNull();
    double[][] rows = {
      SlowMasks.channels(wanted.get("0:1"))[0], SlowMasks.channels(wanted.get("1:2"))[0]
    };
    SlopedMapsTest.close(parts.sum(new int[] {1}), rows, share);
  }
}
