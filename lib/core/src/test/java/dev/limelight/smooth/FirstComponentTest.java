package dev.limelight.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.cam.Sobel;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.perturb.Occlusion;
import dev.limelight.target.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first component against repeated multiplication by the covariance matrix, in doubles. */
class FirstComponentTest {

  /** Parts that are given, whatever the picture. */
  private record Given(float[] values, Shape shape) implements Method {

    @Override
    public NDArray parts(Evidence evidence) {
      evidence.note("length", new double[] {values.length});
      return evidence.input().getManager().create(values, shape);
    }

    @Override
    public MethodInfo info() {
      return MethodInfo.cam("given").withoutClasses();
    }
  }

  private static double[] centred(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(value -> value - mean).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** {@code <v, L> / <v, v> v}, from the parts of each channel and the map L. */
  private static double[] slow(double[][] channels, double[] map) {
    int k = channels.length;
    double[][] own =
        Arrays.stream(channels).map(FirstComponentTest::centred).toArray(double[][]::new);
    double[] direction = new double[k];
    for (int i = 0; i < k; i++) {
      direction[i] = 1 + i % 3;
    }
    for (int step = 0; step < 20000; step++) {
      double[] projected = projected(own, direction);
      double[] next = Arrays.stream(own).mapToDouble(channel -> dot(channel, projected)).toArray();
      double length = Math.sqrt(dot(next, next));
      direction = Arrays.stream(next).map(value -> value / length).toArray();
    }
    double[] component = projected(own, direction);
    double factor = dot(component, centred(map)) / dot(component, component);
    return Arrays.stream(component).map(value -> factor * value).toArray();
  }

  private static double[] projected(double[][] channels, double[] direction) {
    double[] sum = new double[channels[0].length];
    for (int k = 0; k < channels.length; k++) {
      for (int p = 0; p < sum.length; p++) {
        sum[p] += direction[k] * channels[k][p];
      }
    }
    return sum;
  }

  private static double[][] channels(NDArray parts) {
    int k = (int) parts.getShape().get(1);
    double[] all = Scene.doubles(parts);
    double[][] channels = new double[k][];
    for (int i = 0; i < k; i++) {
      channels[i] = Arrays.copyOfRange(all, i * all.length / k, (i + 1) * all.length / k);
    }
    return channels;
  }

  @ParameterizedTest
  @CsvSource({"symbol, layer2", "MXNet, layer3", "PyTorch, layer2", "traced, layer3"})
  void itIsTheComponentBroughtToTheMap(String kind, String layer) {
    try (Scene scene = new Scene(kind, layer)) {
      for (int seed = 0; seed < 3; seed++) {
        for (Method inner : List.of(new GradCam(), new LayerCam(), new Saliency())) {
          if (kind.equals("onnx") && inner instanceof Saliency) {
            continue; // it has no gradient of the whole network
          }
          Evidence evidence = scene.evidence(Target.of(seed), scene.picture(seed));
          double[] map = Scene.doubles(inner.map(evidence));
          double[] expected = slow(channels(inner.parts(evidence)), map);
          FirstComponent smooth = new FirstComponent(inner);
          Scene.close(smooth.map(evidence), expected, 1e-3, smooth + " of seed " + seed);
          assertThat(dot(Scene.doubles(smooth.map(evidence)), centred(map))).isPositive();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MXNet", "PyTorch"})
  void whereAllChannelsSayTheSameItIsTheMapItself(String engine) {
    float[] weights = {0.5f, -2, 3, 0, 1};
    float[] values = new float[weights.length * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = weights[i / 12] * (float) Math.sin(i % 12 * i % 12);
    }
    Method given = new Given(values, new Shape(1, weights.length, 3, 4));
    try (Scene scene = new Scene(engine, "layer3")) {
      Evidence evidence = scene.evidence(Target.of(0), scene.picture(0));
      Scene.close(
          new FirstComponent(given).map(evidence),
          centred(Scene.doubles(given.map(evidence))),
          1e-5,
          engine);
      assertThat(evidence.notes()).containsKey("given: length").containsKey("length");
    }
  }

  @ParameterizedTest
  @CsvSource({"symbol", "PyTorch"})
  void ofOneChannelItIsTheMapLessItsMean(String kind) {
    try (Scene scene = new Scene(kind, "layer2")) {
      for (Method inner : List.of(new Sobel(), new Occlusion(8, 4, 0))) {
        Evidence evidence = scene.evidence(Target.of(3), scene.picture(1));
        double[] expected = centred(Scene.doubles(inner.map(evidence)));
        Scene.close(new FirstComponent(inner).map(evidence), expected, 1e-4, inner.toString());
      }
    }
  }

  @Test
  void whereNothingVariesItIsZero() {
    float[] even = new float[24];
    Arrays.fill(even, 5);
    try (Scene scene = new Scene("PyTorch", "layer3")) {
      Evidence evidence = scene.evidence(Target.of(0), scene.picture(0));
      Method flat = new FirstComponent(new Given(even, new Shape(1, 2, 3, 4)));
      assertThat(flat.map(evidence).toFloatArray()).containsOnly(0f);
    }
  }

  @Test
  void notesCarryTheMethodsName() {
    try (Scene scene = new Scene("PyTorch", "layer3")) {
      Evidence evidence = scene.evidence(Target.of(0), scene.picture(0));
      new FirstComponent(new IntegratedGradients(0, 2)).map(evidence);
      assertThat(evidence.notes()).containsOnlyKeys("integrated-gradients: completeness gap");
    }
  }

  @Test
  void itSmoothsSomething() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FirstComponent(null))
        .withMessageContaining("but got none; ");
    FirstComponent smooth = new FirstComponent(new Saliency());
    assertThat(smooth.info().name()).isEqualTo("saliency-eigen-smooth");
    assertThat(smooth.unit("logit")).isEqualTo(new Saliency().unit("logit"));
  }
}
