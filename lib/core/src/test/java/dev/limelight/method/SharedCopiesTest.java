package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.SmallNetwork;
import dev.limelight.cam.perturbed.AblationCam;
import dev.limelight.cam.perturbed.IntegratedScoreCam;
import dev.limelight.cam.perturbed.ReciproCam;
import dev.limelight.cam.perturbed.ScoreCam;
import dev.limelight.cam.perturbed.SmoothedScoreCam;
import dev.limelight.perturb.Occlusion;
import dev.limelight.perturb.Rise;
import dev.limelight.perturb.segment.KernelShap;
import dev.limelight.perturb.segment.Lime;
import dev.limelight.perturb.segment.PartitionShap;
import dev.limelight.target.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies that several targets and methods share go through the network once. */
class SharedCopiesTest {

  private static final List<Target> TARGETS =
      List.of(Target.of(0), Target.of(1), Target.difference(Target.of(2), Target.of(0)));

  static Stream<Arguments> cases() {
    List<Method> methods =
        List.of(
            new Rise(70, 3, 0.4, 0, null, 1),
            new KernelShap("grid:3", 60, "grey", 0),
            new Lime("grid:3", 60, "grey", 0.25, 1, 0),
            new Occlusion(3, 2, 0.5f),
            new ScoreCam(),
            new SmoothedScoreCam("input", 3, 0.5, 0, 2),
            new IntegratedScoreCam(3, true, 2),
            new AblationCam(),
            new ReciproCam(true));
    return Stream.of("MXNet", "PyTorch")
        .flatMap(engine -> methods.stream().map(method -> Arguments.of(engine, method)));
  }

  private static NDArray pictures(NDManager scope) {
    return SmallNetwork.array(scope, SmallNetwork.pictures(4, 2));
  }

  private static long passes(Pass pass) {
    return pass.counter().work(Work.of("maps")).passes();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void targetsShareThem(String engine, Method method) {
    try (SmallNetwork network = new SmallNetwork(engine, 3, false);
        NDManager scope = network.manager().newSubManager()) {
      Pass together = network.pass(pictures(scope));
      List<Evidence> all = together.evidence(TARGETS);
      for (int t = 0; t < TARGETS.size(); t++) {
        Pass alone = network.pass(pictures(scope));
        Evidence own = alone.evidence(List.of(TARGETS.get(t))).get(0);
        assertThat(method.map(all.get(t)).toFloatArray())
            .as("target %d", t)
            .containsExactly(method.map(own).toFloatArray(), offset(0f));
        assertThat(passes(together)).as("after target %d", t).isEqualTo(passes(alone));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anotherPictureHasItsOwn(String engine, Method method) {
    try (SmallNetwork network = new SmallNetwork(engine, 3, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray both = pictures(scope);
      Pass pass = network.pass(both);
      float[] maps = method.map(pass.evidence(TARGETS).get(1)).toFloatArray();
      for (int i = 0; i < 2; i++) {
        Pass one = network.pass(both.get(i + ":" + (i + 1)));
        float[] own = method.map(one.evidence(TARGETS).get(1)).toFloatArray();
        float[] found = new float[own.length];
        System.arraycopy(maps, i * own.length, found, 0, own.length);
        assertThat(found).as("picture %d", i).containsExactly(own, offset(1e-4f));
      }
    }
  }

  /** What it asks next depends on the scores, and so on the target: only the first parts agree. */
  @Test
  void partitionShapSharesWhatAgrees() {
    Method method = new PartitionShap("grid:4", 24, "grey");
    try (SmallNetwork network = new SmallNetwork("PyTorch", 3, false);
        NDManager scope = network.manager().newSubManager()) {
      Pass together = network.pass(pictures(scope));
      List<Evidence> all = together.evidence(TARGETS);
      long separate = 0;
      for (int t = 0; t < TARGETS.size(); t++) {
        Pass alone = network.pass(pictures(scope));
        Evidence own = alone.evidence(List.of(TARGETS.get(t))).get(0);
        assertThat(method.map(all.get(t)).toFloatArray())
            .as("target %d", t)
            .containsExactly(method.map(own).toFloatArray(), offset(1e-4f));
        separate += passes(alone);
      }
      assertThat(passes(together)).isLessThan(separate);
    }
  }

  @Test
  void methodsShareThoseOfTheSameSegmentsAndFilling() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 3, false);
        NDManager scope = network.manager().newSubManager()) {
      Pass pass = network.pass(pictures(scope));
      Evidence evidence = pass.evidence(TARGETS).get(0);
      Method all = new KernelShap("grid:2", 100, "grey", 0);
      all.map(evidence).toFloatArray();
      long before = passes(pass);
      assertThat(before).as("all sets but the whole picture, of two").isEqualTo(2 * 15);
      new PartitionShap("grid:2", 100, "grey").map(evidence).toFloatArray();
      assertThat(passes(pass)).as("the same sets").isEqualTo(before);
      new PartitionShap("grid:2", 100, "black").map(evidence).toFloatArray();
      assertThat(passes(pass)).as("another filling").isGreaterThan(before);
    }
  }

  /** Of a few segments there are fewer sets than samples. */
  @Test
  void aSetIsScoredOnce() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 3, false);
        NDManager scope = network.manager().newSubManager()) {
      Pass pass = network.pass(pictures(scope));
      Evidence evidence = pass.evidence(TARGETS).get(0);
      new Lime("grid:2", 400, "grey", 0.25, 1, 0).map(evidence).toFloatArray();
      assertThat(passes(pass)).isEqualTo(2 * 16);
    }
  }
}
