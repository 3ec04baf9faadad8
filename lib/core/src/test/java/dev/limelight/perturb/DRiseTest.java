package dev.limelight.perturb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.detection.Box;
import dev.limelight.method.Evidence;
import dev.limelight.method.PassCounter;
import dev.limelight.method.Work;
import dev.limelight.target.Target;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** D-RISE against the paper's formula in doubles, on a detector whose answer is known. */
class DRiseTest {

  private static final int SIDE = HandMadeDetector.SIDE;
  private static final int PIXELS = HandMadeDetector.PIXELS;
  private static final DRise METHOD = new DRise(60, 3, 0.4, 5);

  /** The class and the box that are asked for, exactly as the candidates have them. */
  private static Target box(HandMadeDetector detector, int classIndex, int quarter) {
    Rectangle2D box = HandMadeDetector.BOXES.get(quarter).rectangle();
    return Target.box(Target.of(classIndex), box).reading(detector.reading());
  }

  private static double[] pictures(long seed, int count) {
    return new Random(seed).doubles((long) count * 3 * PIXELS).map(v -> (float) v).toArray();
  }

  private static NDArray array(NDManager scope, double[] pictures) {
    float[] values = new float[pictures.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) pictures[i];
    }
    return NativeArrays.of(scope, values, new Shape(values.length / (3 * PIXELS), 3, SIDE, SIDE));
  }

  @ParameterizedTest
  @CsvSource({"MXNet,true", "MXNet,false", "PyTorch,true", "PyTorch,false"})
  void itIsThePapersFormula(String engine, boolean objectness) {
    double[] pictures = pictures(3, 2);
    try (HandMadeDetector detector = new HandMadeDetector(engine, objectness);
        NDManager scope = detector.manager().newSubManager()) {
      List<Target> targets = List.of(box(detector, 0, 0), box(detector, 1, 3));
      PassCounter counter = new PassCounter(passes -> {});
      List<Evidence> all = detector.pass(array(scope, pictures), counter).evidence(targets);
      int[] quarters = {0, 3};
      for (int t = 0; t < 2; t++) {
        float[] map = METHOD.map(all.get(t)).toFloatArray();
        for (int i = 0; i < 2; i++) {
          double[] wanted = slowly(pictures, i, quarters[t], objectness);
          for (int p = 0; p < PIXELS; p++) {
            assertThat((double) map[i * PIXELS + p])
                .as("box %d, picture %d, pixel %d", t, i, p)
                .isCloseTo(wanted[p], within(1e-5));
          }
        }
      }
      assertThat(counter.work(Work.of("masks")).forwards())
          .as("shared by both boxes")
          .isEqualTo(2L * METHOD.masks());
    }
  }

  /** {@code 1 / (n p) sum_i max_j IoU cos O M_i}, everything by hand. */
  private static double[] slowly(double[] pictures, int picture, int quarter, boolean objectness) {
    double[] map = new double[PIXELS];
    double[] plain = candidates(pictures, picture, new double[0]);
    for (int i = 0; i < METHOD.masks(); i++) {
      double[] mask = SlowMasks.mask(METHOD, SIDE, i);
      double[] seen = candidates(pictures, picture, mask);
      double best = 0;
      for (int j = 0; j < 4; j++) {
        double similarity =
            overlap(HandMadeDetector.BOXES.get(quarter), HandMadeDetector.BOXES.get(j))
                * cosine(plain, quarter, seen, j)
                * (objectness ? seen[j] : 1);
        best = Math.max(best, similarity);
      }
      for (int p = 0; p < PIXELS; p++) {
        map[p] += best * mask[p] / (METHOD.masks() * METHOD.kept());
      }
    }
    return map;
  }

  /** The mean of each channel in each quarter, (3, 4). */
  private static double[] candidates(double[] pictures, int picture, double[] mask) {
    double[] means = new double[12];
    for (int c = 0; c < 3; c++) {
      for (int p = 0; p < PIXELS; p++) {
        int quarter = p / SIDE / (SIDE / 2) * 2 + p % SIDE / (SIDE / 2);
        double value = pictures[(picture * 3 + c) * PIXELS + p];
        means[c * 4 + quarter] += value * (mask.length == 0 ? 1 : mask[p]) / (PIXELS / 4);
      }
    }
    return means;
  }

  private static double cosine(double[] one, int i, double[] other, int j) {
    double product = one[4 + i] * other[4 + j] + one[8 + i] * other[8 + j];
    double lengths = Math.hypot(one[4 + i], one[8 + i]) * Math.hypot(other[4 + j], other[8 + j]);
    return lengths == 0 ? 0 : product / lengths;
  }

  /** By counting squares of a tenth of a pixel. */
  private static double overlap(Box one, Box other) {
    int shared = 0;
    int all = 0;
    for (int cell = 0; cell < 6400; cell++) {
      double x = (cell % 80 + 0.5) / 10;
      double y = (cell / 80 + 0.5) / 10;
      boolean a = one.rectangle().contains(x, y);
      boolean b = other.rectangle().contains(x, y);
      shared += a && b ? 1 : 0;
      all += a || b ? 1 : 0;
    }
    return (double) shared / all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theMapIsStrongestWhereTheBoxesObjectIs(String engine) {
    double[] picture = new double[3 * PIXELS];
    List<Integer> object = new ArrayList<>();
    for (int p = 0; p < PIXELS; p++) {
      // An object of class 0 in the lower right quarter alone.
      boolean inside = p / SIDE >= 5 && p / SIDE < 7 && p % SIDE >= 5 && p % SIDE < 7;
      picture[p] = inside ? 1 : 0;
      picture[PIXELS + p] = inside ? 1 : 0;
      if (inside) {
        object.add(p);
      }
    }
    try (HandMadeDetector detector = new HandMadeDetector(engine, true);
        NDManager scope = detector.manager().newSubManager()) {
      Target target = box(detector, 0, 3);
      PassCounter counter = new PassCounter(passes -> {});
      Evidence evidence =
          detector.pass(array(scope, picture), counter).evidence(List.of(target)).get(0);
      float[] map = new DRise(2000, 4, 0.5, 1).map(evidence).toFloatArray();
      int best = 0;
      for (int p = 1; p < PIXELS; p++) {
        best = map[p] > map[best] ? p : best;
      }
      assertThat(object).contains(best);
      // What is shown matters, and what is far away does not: there the mean is the same as
      // anywhere.
      assertThat(map[best]).isGreaterThan(1.3f * map[0]);
      assertThat(map[0]).isCloseTo(map[PIXELS - SIDE], within(0.2f * map[0]));
    }
  }

  @Test
  void aTargetThatIsNoBoxIsRefused() {
    try (HandMadeDetector detector = new HandMadeDetector("PyTorch", true);
        NDManager scope = detector.manager().newSubManager()) {
      NDArray picture = array(scope, pictures(1, 1));
      PassCounter counter = new PassCounter(passes -> {});
      for (Target none : List.of(Target.of(1), Target.left(box(detector, 0, 0)))) {
        Evidence evidence = detector.pass(picture, counter).evidence(List.of(none)).get(0);
        assertThatThrownBy(() -> METHOD.map(evidence))
            .hasMessageContaining("one box of a detector")
            .hasMessageContaining("Target.box(n)");
      }
      assertThatThrownBy(
              () -> METHOD.work(detector.pass(picture, counter).conditions(Target.of(1))))
          .hasMessageContaining("one box of a detector can be explained so");
      assertThat(
              METHOD
                  .work(detector.pass(picture, counter).conditions(box(detector, 0, 0)))
                  .forwards())
          .isEqualTo(METHOD.masks());
    }
  }

  @Test
  void argumentsThatEstimateNothingAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DRise(1, 16, 0.5, 0))
        .withMessageContaining("d-rise takes at least two masks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DRise(10, 16, 0, 0))
        .withMessageContaining("above 0 and at most 1");
  }
}
