package dev.limelight.perturb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.Odam;
import dev.limelight.method.Evidence;
import dev.limelight.method.PassCounter;
import dev.limelight.method.Work;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boxes that are asked for together have the gradients that each has alone. */
class ManyBoxesTest {

  private static final int SIDE = HandMadeDetector.SIDE;

  private static NDArray pictures(NDManager scope, int count) {
    Random random = new Random(5);
    float[] values = new float[count * 3 * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return NativeArrays.of(scope, values, new Shape(count, 3, SIDE, SIDE));
  }

  /**
   * More than go through the head at once, and no multiple of those, of both classes and all
   * quarters.
   */
  private static List<Target> targets(HandMadeDetector detector, int count) {
    return IntStream.range(0, count)
        .<Target>mapToObj(
            i ->
                Target.box(Target.of(i % 2), HandMadeDetector.BOXES.get(i % 4).rectangle())
                    .reading(detector.reading()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"MXNet,1", "MXNet,3", "PyTorch,1", "PyTorch,3"})
  void theyAreThoseOfEachAlone(String engine, int pictures) {
    try (HandMadeDetector detector = new HandMadeDetector(engine, true);
        NDManager scope = detector.manager().newSubManager()) {
      NDArray batch = pictures(scope, pictures);
      List<Target> targets = targets(detector, 72);
      PassCounter counter = new PassCounter(passes -> {});
      List<float[]> together = new ArrayList<>();
      for (Evidence one : detector.pass(batch, counter).evidence(targets)) {
        together.add(new Odam(0.8).map(one).toFloatArray());
      }
      assertThat(counter.work(Work.of("maps")).forwards()).as("beside the prediction's").isZero();
      assertThat(counter.work(Work.of("maps")).headBackwards()).isEqualTo(72L * pictures);
      for (int t = 0; t < 8; t++) {
        Evidence alone =
            detector
                .pass(batch, new PassCounter(passes -> {}))
                .evidence(List.of(targets.get(t)))
                .get(0);
        assertThat(new Odam(0.8).map(alone).toFloatArray())
            .as("box %d", t)
            .containsExactly(together.get(t), offset(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MXNet", "PyTorch"})
  void boxesAmongOtherTargetsAreThoseOfEachAlone(String engine) {
    try (HandMadeDetector detector = new HandMadeDetector(engine, false);
        NDManager scope = detector.manager().newSubManager()) {
      NDArray batch = pictures(scope, 2);
      Target box = targets(detector, 1).get(0);
      List<Target> mixed = List.of(box, Target.not(box), Target.difference(box, Target.not(box)));
      List<Evidence> all = detector.pass(batch, new PassCounter(passes -> {})).evidence(mixed);
      float[] own = new Odam(0).map(all.get(0)).toFloatArray();
      float[] negative = new Odam(0).map(all.get(1)).toFloatArray();
      float[] twice = new Odam(0).map(all.get(2)).toFloatArray();
      for (int i = 0; i < own.length; i++) {
        assertThat(negative[i]).isEqualTo(-own[i]);
        assertThat(twice[i]).isEqualTo(2 * own[i]);
      }
    }
  }
}
