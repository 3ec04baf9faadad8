package dev.limelight.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.SmallNetwork;
import dev.limelight.cam.CenterBlob;
import dev.limelight.cam.EigenCam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.GradCamPlusPlus;
import dev.limelight.cam.perturbed.ReciproCam;
import dev.limelight.gradient.InputXGradient;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.perturb.Occlusion;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The mean over flips and scales against its six terms, one after the other. */
class FlipsAndScalesTest {

  private static final double[] SCALES = {0.9, 1, 1.1};

  static Stream<Arguments> engines() {
    return Stream.of("MXNet", "PyTorch")
        .flatMap(engine -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(engine, seed)));
  }

  /** Rows of this width turned left to right. */
  private static double[] mirrored(double[] values, int width) {
    double[] turned = new double[values.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = values[i - i % width + (width - 1 - i % width)];
    }
    return turned;
  }

  private static double[] scaled(double[] values, double factor) {
    return Arrays.stream(values).map(value -> value * factor).toArray();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void itIsTheMeanOfSixGradientsByHand(String engine, long seed) {
    int target = (int) (seed % 3);
    double[] picture = SmallNetwork.pictures(seed + 40, 1);
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      double[] expected = new double[picture.length];
      for (double scale : SCALES) {
        for (boolean flip : new boolean[] {false, true}) {
          double[] copy = scaled(flip ? mirrored(picture, SmallNetwork.SIDE) : picture, scale);
          double[] gradient = network.gradient(copy, target);
          for (int i = 0; i < copy.length; i++) {
            gradient[i] *= copy[i];
          }
          double[] own = flip ? mirrored(gradient, SmallNetwork.SIDE) : gradient;
          for (int i = 0; i < own.length; i++) {
            expected[i] += own[i] / 6;
          }
        }
      }
      NDArray x = SmallNetwork.array(scope, picture);
      Evidence evidence = network.pass(x).evidence(List.of(Target.of(target))).get(0);
      NDArray parts = new FlipsAndScales(new InputXGradient()).parts(evidence);
      Scene.close(parts, expected, 2e-4, engine);
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "MXNet, layer3", "PyTorch, layer2", "traced, layer3"})
  void itIsTheMeanOfSixMapsOfTheUnchangedPicturesClass(String kind, String layer) {
    for (int seed = 0; seed < 3; seed++) {
      try (Scene scene = new Scene(kind, layer)) {
        double[] picture = scene.picture(seed);
        int top = scene.top(picture);
        for (Method inner :
            List.of(new GradCam(), new GradCamPlusPlus(), new ReciproCam(), new EigenCam())) {
          double[] maps = null;
          double[] parts = null;
          for (double scale : SCALES) {
            for (boolean flip : new boolean[] {false, true}) {
              double[] copy = scaled(flip ? mirrored(picture, scene.side()) : picture, scale);
              Evidence evidence = scene.evidence(Target.of(top), copy);
              maps = added(maps, inner.map(evidence), flip);
              parts = added(parts, inner.parts(evidence), flip);
            }
          }
          Method smooth = new FlipsAndScales(inner);
          String name = smooth + " of seed " + seed;
          Scene.close(smooth.map(scene.evidence(Target.top(), picture)), maps, 1e-4, name);
          Scene.close(smooth.parts(scene.evidence(Target.top(), picture)), parts, 1e-4, name);
        }
      }
    }
  }

  /** Adds a sixth of what was found, turned back. */
  private static double[] added(double[] sum, NDArray found, boolean flip) {
    double[] own = Scene.doubles(found);
    int width = (int) found.getShape().get(found.getShape().dimension() - 1);
    own = scaled(flip ? mirrored(own, width) : own, 1.0 / 6);
    for (int i = 0; sum != null && i < own.length; i++) {
      own[i] += sum[i];
    }
    return own;
  }

  @ParameterizedTest
  @CsvSource({"symbol", "PyTorch", "traced"})
  void mapsThatIgnoreThePictureAreUnchanged(String kind) {
    try (Scene scene = new Scene(kind, "layer3")) {
      Evidence evidence = scene.evidence(Target.of(0), scene.picture(1));
      double[] plain = Scene.doubles(new CenterBlob().map(evidence));
      Scene.close(new FlipsAndScales(new CenterBlob()).map(evidence), plain, 1e-5, kind);
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol", "PyTorch"})
  void theMapOfTheMirrorImageIsTheMapsMirrorImage(String kind) {
    try (Scene scene = new Scene(kind, "layer3")) {
      double[] picture = scene.picture(2);
      double[] turned = mirrored(picture, scene.side());
      for (Method inner : List.of(new GradCam(), new GradCamPlusPlus(), new Occlusion(5, 3, 0))) {
        Method smooth = new FlipsAndScales(inner);
        NDArray map = smooth.map(scene.evidence(Target.of(2), picture));
        double[] expected = mirrored(Scene.doubles(map), (int) map.getShape().get(2));
        NDArray other = smooth.map(scene.evidence(Target.of(2), turned));
        Scene.close(other, expected, 1e-4, smooth.toString());
        double[] plain = Scene.doubles(inner.map(scene.evidence(Target.of(2), picture)));
        // The network has its left and right, which the method alone shows.
        assertThat(Scene.doubles(inner.map(scene.evidence(Target.of(2), turned))))
            .isNotEqualTo(mirrored(plain, (int) map.getShape().get(2)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void notesAreTheMeanOverTheCopies(String engine, long seed) {
    double[] picture = SmallNetwork.pictures(seed, 1);
    try (SmallNetwork network = new SmallNetwork(engine, seed, false);
        NDManager scope = network.manager().newSubManager()) {
      NDArray x = SmallNetwork.array(scope, picture);
      Evidence evidence = network.pass(x).evidence(List.of(Target.of(1))).get(0);
      NDArray map = new FlipsAndScales(new IntegratedGradients(0, 4)).map(evidence);
      double expected = -network.score(new double[picture.length], 1);
      for (double scale : SCALES) {
        expected += network.score(scaled(picture, scale), 1) / 6;
        expected += network.score(scaled(mirrored(picture, SmallNetwork.SIDE), scale), 1) / 6;
      }
      double gap = evidence.notes().get(IntegratedGradients.GAP)[0];
      double sum = Arrays.stream(Scene.doubles(map)).sum();
      assertThat(Math.abs(gap)).isGreaterThan(1e-3);
      assertThat(gap).isCloseTo(sum - expected, within(2e-3));
    }
  }

  @Test
  void itSmoothsSomething() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FlipsAndScales(null))
        .withMessageContaining("but got none; ");
    assertThat(new FlipsAndScales(new GradCamPlusPlus()).info().name())
        .isEqualTo("grad-cam++-aug-smooth");
    assertThat(new FlipsAndScales(new InputXGradient()).info().family()).hasToString("gradient");
  }
}
