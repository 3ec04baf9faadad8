package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.SmallNetwork;
import dev.limelight.cam.perturbed.AblationCam;
import dev.limelight.cam.perturbed.ScoreCam;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.gradient.SmoothGrad;
import dev.limelight.perturb.Occlusion;
import dev.limelight.perturb.Rise;
import dev.limelight.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Methods that ask often give the same maps, however many copies go through the network at once.
 */
class BatchesTest {

  private static final List<Method> METHODS =
      List.of(
          new ScoreCam(),
          new AblationCam(),
          new Rise(90, 4, 0.5, 0, Duration.ZERO, 1),
          // It ends after fewer masks.
          new Rise(400, 4, 0.5, 0.1, Duration.ZERO, 1),
          new Occlusion(),
          new IntegratedGradients(),
          new SmoothGrad());

  static Stream<Arguments> cases() {
    return Stream.of("MXNet", "PyTorch")
        .flatMap(engine -> METHODS.stream().map(method -> Arguments.of(engine, method)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSizeOfABatchChangesNoMap(String engine, Method method) {
    List<float[]> maps = new ArrayList<>();
    List<Double> masks = new ArrayList<>();
    for (long memory : new long[] {1, 5 << 12, 1 << 26}) {
      try (SmallNetwork network = new SmallNetwork(engine, 3, false);
          NDManager scope = network.manager().newSubManager()) {
        NDArray picture = SmallNetwork.array(scope, SmallNetwork.pictures(3, 1));
        Evidence evidence = network.pass(picture, memory).evidence(List.of(Target.of(1))).get(0);
        maps.add(method.map(evidence).toFloatArray());
        masks.add(evidence.notes().getOrDefault(Rise.USED, new double[1])[0]);
      }
    }
    for (float[] map : maps) {
      for (int i = 0; i < map.length; i++) {
        assertThat(map[i]).isCloseTo(maps.get(0)[i], within(1e-5f * largest(maps.get(0))));
      }
    }
    assertThat(masks).containsOnly(masks.get(0));
  }

  private static float largest(float[] map) {
    float largest = 0;
    for (float value : map) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
