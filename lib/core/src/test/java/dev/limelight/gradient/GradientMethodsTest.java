package dev.limelight.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.SmallNetwork;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.Pass;
import dev.limelight.method.Work;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient methods against their formulas, computed by hand in doubles. */
class GradientMethodsTest {

  private static final int PICTURES = 2;

  /** What a formula gives for one picture, (C, H, W) row by row. */
  private interface Formula {
    double[] parts(SmallNetwork network, double[] picture, int target);
  }

  static Stream<Arguments> engines() {
    return Stream.of("MXNet", "PyTorch")
        .flatMap(engine -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(engine, seed)));
  }

  private static Evidence evidence(SmallNetwork network, NDArray pictures, int target) {
    return network.pass(pictures).evidence(List.of(Target.of(target))).get(0);
  }

  private static void check(String engine, long seed, Method method, Formula formula) {
    int target = (int) (seed % 3);
    double[] pictures = SmallNetwork.pictures(seed + 100, PICTURES);
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, pictures);
      float[] actual = method.parts(evidence(network, x, target)).toFloatArray();
      for (int i = 0; i < PICTURES; i++) {
        double[] expected = formula.parts(network, picture(pictures, i), target);
        for (int p = 0; p < expected.length; p++) {
          assertThat((double) actual[i * expected.length + p])
              .as("picture %d, value %d", i, p)
              .isCloseTo(expected[p], within(2e-4));
        }
      }
    }
  }

  private static double[] picture(double[] pictures, int number) {
    int size = SmallNetwork.PICTURE;
    return Arrays.copyOfRange(pictures, number * size, (number + 1) * size);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void saliencyIsTheSizeOfTheGradient(String engine, long seed) {
    check(
        engine,
        seed,
        new Saliency(),
        (network, picture, target) ->
            Arrays.stream(network.gradient(picture, target)).map(Math::abs).toArray());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void inputXGradientIsTheirProduct(String engine, long seed) {
    check(
        engine,
        seed,
        new InputXGradient(),
        (network, picture, target) -> {
          double[] parts = network.gradient(picture, target);
          for (int i = 0; i < parts.length; i++) {
            parts[i] *= picture[i];
          }
          return parts;
        });
  }

  @ParameterizedTest
  @MethodSource("engines")
  void integratedGradientsAreAMeanAlongTheWay(String engine, long seed) {
    double baseline = 0.5;
    int steps = 70;
    check(
        engine,
        seed,
        new IntegratedGradients((float) baseline, steps),
        (network, picture, target) -> {
          double[] parts = new double[picture.length];
          for (int k = 0; k < steps; k++) {
            double[] at = new double[picture.length];
            for (int i = 0; i < at.length; i++) {
              at[i] = baseline + (k + 0.5) / steps * (picture[i] - baseline);
            }
            double[] gradient = network.gradient(at, target);
            for (int i = 0; i < at.length; i++) {
              parts[i] += gradient[i] * (picture[i] - baseline) / steps;
            }
          }
          return parts;
        });
  }

  @ParameterizedTest
  @MethodSource("engines")
  void smoothGradIsTheMeanOverNoisyCopies(String engine, long seed) {
    int samples = 40;
    double noise = 0.2;
    check(
        engine,
        seed,
        new SmoothGrad(new InputXGradient(), samples, noise, seed),
        (network, picture, target) -> {
          double range =
              Arrays.stream(picture).max().getAsDouble()
                  - Arrays.stream(picture).min().getAsDouble();
          double[] parts = new double[picture.length];
          for (int copy = 0; copy < samples; copy++) {
            SplittableRandom random =
                new SplittableRandom(new SplittableRandom(seed).nextLong() + copy);
            double[] noisy = picture.clone();
            for (int i = 0; i < noisy.length; i++) {
              noisy[i] += noise * range * random.nextGaussian();
            }
            double[] gradient = network.gradient(noisy, target);
            for (int i = 0; i < noisy.length; i++) {
              parts[i] += gradient[i] * noisy[i] / samples;
            }
          }
          return parts;
        });
  }

  /** The paper averages gradients with their signs; averaging their sizes is another map. */
  @ParameterizedTest
  @MethodSource("engines")
  void smoothGradOfSaliencyAveragesSignedGradientsUnlessAskedOtherwise(String engine, long seed) {
    int samples = 12;
    for (boolean absolute : new boolean[] {false, true}) {
      check(
          engine,
          seed,
          new SmoothGrad(new Saliency(), samples, 0.3, seed, absolute),
          (network, picture, target) -> {
            double range =
                Arrays.stream(picture).max().getAsDouble()
                    - Arrays.stream(picture).min().getAsDouble();
            double[] parts = new double[picture.length];
            for (int copy = 0; copy < samples; copy++) {
              SplittableRandom random =
                  new SplittableRandom(new SplittableRandom(seed).nextLong() + copy);
              double[] noisy = picture.clone();
              for (int i = 0; i < noisy.length; i++) {
                noisy[i] += 0.3 * range * random.nextGaussian();
              }
              double[] gradient = network.gradient(noisy, target);
              for (int i = 0; i < noisy.length; i++) {
                parts[i] += (absolute ? Math.abs(gradient[i]) : gradient[i]) / samples;
              }
            }
            return Arrays.stream(parts).map(Math::abs).toArray();
          });
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void smoothGradOfOneCopyWithoutNoiseIsItsMethod(String engine, long seed) {
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(seed, PICTURES));
      for (Method inner : List.<Method>of(new Saliency(), new InputXGradient())) {
        float[] smooth =
            new SmoothGrad(inner, 1, 0, seed).map(evidence(network, x, 0)).toFloatArray();
        float[] plain = inner.map(evidence(network, x, 0)).toFloatArray();
        assertThat(smooth).containsExactly(plain, within(1e-5f));
      }
    }
  }

  @Test
  void saliencysMapIsTheLargestOfItsChannels() {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 4, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(4, 1));
      Evidence evidence = evidence(network, x, 1);
      float[] parts = new Saliency().parts(evidence).toFloatArray();
      float[] map = new Saliency().map(evidence).toFloatArray();
      for (int p = 0; p < map.length; p++) {
        float largest =
            Math.max(parts[p], Math.max(parts[p + map.length], parts[p + 2 * map.length]));
        assertThat(map[p]).isEqualTo(largest);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void ofALinearScoreInputXGradientSumsToItWithoutItsConstant(String engine, long seed) {
    double[] picture = SmallNetwork.pictures(seed, 1);
    try (SmallNetwork network = new SmallNetwork(engine, seed, true);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, picture);
      double constant = network.score(new double[picture.length], 2);
      for (Method method : List.of(new InputXGradient(), new IntegratedGradients(0, 3))) {
        Evidence evidence = evidence(network, x, 2);
        assertThat((double) method.map(evidence).sum().toFloatArray()[0])
            .isCloseTo(network.score(picture, 2) - constant, within(1e-3));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theCompletenessGapIsTheMissingPartOfTheSumAndShrinks(String engine, long seed) {
    double[] pictures = SmallNetwork.pictures(seed, PICTURES);
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, pictures);
      double[] worst = new double[3];
      int[] steps = {2, 16, 256};
      for (int s = 0; s < steps.length; s++) {
        Evidence evidence = evidence(network, x, 1);
        NDArray map = new IntegratedGradients(0, steps[s]).map(evidence);
        double[] gaps = evidence.notes().get(IntegratedGradients.GAP);
        for (int i = 0; i < PICTURES; i++) {
          double moved =
              network.score(picture(pictures, i), 1)
                  - network.score(new double[SmallNetwork.PICTURE], 1);
          double sum = map.get(i).sum().toFloatArray()[0];
          assertThat(gaps[i]).isCloseTo(sum - moved, within(1e-3));
          worst[s] = Math.max(worst[s], Math.abs(gaps[i]));
        }
      }
      assertThat(worst[0]).isGreaterThan(worst[1]);
      assertThat(worst[1]).isGreaterThan(worst[2]);
      assertThat(worst[2]).isLessThan(5e-3);
    }
  }

  static Stream<Method> methods() {
    return Stream.of(
        new Saliency(),
        new InputXGradient(),
        new SmoothGrad(),
        new SmoothGrad(new InputXGradient(), 3, 0.1, 5),
        new SmoothGrad(new IntegratedGradients(0, 2), 3, 0.1, 5),
        new IntegratedGradients(),
        new IntegratedGradients(1, 3));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void passesAreThoseOfThePlan(Method method) {
    try (SmallNetwork network = new SmallNetwork("MXNet", 6, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(6, 1));
      Work planned = method.work(network.pass(x).conditions(Target.of(1)));
      Pass pass = network.pass(x);
      pass.logits();
      method.map(pass.evidence(List.of(Target.of(1))).get(0));
      Work done = pass.counter().work(planned);
      assertThat(done).isEqualTo(planned);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aBatchGivesTheMapsOfItsSinglePictures(Method method) {
    try (SmallNetwork network = new SmallNetwork("PyTorch", 7, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(new Random(7).nextLong(), 3));
      Evidence all = evidence(network, x, 2);
      NDArray batch = method.map(all);
      for (int i = 0; i < 3; i++) {
        Evidence alone = evidence(network, x.get(i + ":" + (i + 1)), 2);
        assertThat(batch.get(i).toFloatArray())
            .containsExactly(method.map(alone).toFloatArray(), within(1e-5f));
        int picture = i;
        alone
            .notes()
            .forEach(
                (name, note) ->
                    assertThat(all.notes().get(name)[picture]).isCloseTo(note[0], within(1e-4)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void anInterruptEndsALongMethodAndLeavesTheNetworkUnchanged(Method method) {
    try (SmallNetwork network = new SmallNetwork("MXNet", 8, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, SmallNetwork.pictures(8, 1));
      float[] before = method.map(evidence(network, x, 0)).toFloatArray();
      if (!(method instanceof Saliency || method instanceof InputXGradient)) {
        Thread.currentThread().interrupt();
        try {
          assertThatThrownBy(() -> method.map(evidence(network, x, 0)))
              .isInstanceOf(CancellationException.class);
        } finally {
          Thread.interrupted();
        }
      }
      assertThat(method.map(evidence(network, x, 0)).toFloatArray()).containsExactly(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "-1, 0.1", "5, -0.1", "5, NaN", "5, Infinity"})
  void smoothGradRefusesInvalidNoise(int samples, double noise) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SmoothGrad(new Saliency(), samples, noise, 0))
        .withMessageContaining(", but got ");
  }

  @Test
  void theirArgumentsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SmoothGrad(null, 1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new IntegratedGradients(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new IntegratedGradients(Float.NaN, 4));
  }
}
