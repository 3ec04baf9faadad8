package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.limelight.TinyResNet;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.cam.perturbed.Cameras;
import dev.limelight.cam.perturbed.IntegratedScoreCam;
import dev.limelight.cam.perturbed.OptiCam;
import dev.limelight.cam.perturbed.SmoothGradCamPlusPlus;
import dev.limelight.cam.perturbed.SmoothedScoreCam;
import dev.limelight.enlarge.GuidedFilter;
import dev.limelight.enlarge.JointBilateral;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.MethodInfo.Family;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.perturb.Rise;
import dev.limelight.perturb.segment.KernelShap;
import dev.limelight.perturb.segment.Lime;
import dev.limelight.perturb.segment.PartitionShap;
import dev.limelight.perturb.segment.Xrai;
import dev.limelight.smooth.FirstComponent;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method keeps to on every engine, whichever it is. */
class MethodsTest {

  static final Map<String, Subject> SUBJECTS = new LinkedHashMap<>();

  private static final List<Method> SMOOTHED =
      List.of(
          new FlipsAndScales(new GradCam()),
          new FirstComponent(new LayerCam()),
          new FlipsAndScales(new GuidedFilter()),
          new JointBilateral(new Saliency(), 1, 0.3),
          new FlipsAndScales(new FirstComponent(new Saliency())));

  /** The fixture in one of its forms, cut before its linear head. */
  record Subject(Model model, SplitModel split, WholeNetwork whole, NDArray x)
      implements AutoCloseable {

    static Subject of(String kind) {
      Model model = TinyResNet.of(kind);
      Network network = Network.of(model);
      return new Subject(
          model,
          network.split(LayerPath.of(TinyResNet.path(kind, "layer3"))),
          new WholeNetwork(network),
          TinyResNet.golden(network.manager()).get("x"));
    }

    Evidence evidence(NDArray pictures, int target) {
      return new Pass(split, whole, pictures, 1 << 26).evidence(List.of(Target.of(target))).get(0);
    }

    NDArray map(Method method, NDArray pictures, int target) {
      return method.map(evidence(pictures, target));
    }

    NDArray pictures(NDManager scope, String range) {
      NDArray some = x.get(range);
      some.attach(scope);
      return some;
    }

    NDManager scope() {
      return x.getManager().newSubManager();
    }

    @Override
    public void close() {
      split.close();
      whole.close();
      model.close();
    }
  }

  @BeforeAll
  static void cut() {
    for (String kind : List.of("symbol", "MXNet", "PyTorch", "traced", "scripted")) {
      SUBJECTS.put(kind, Subject.of(kind));
    }
  }

  @AfterAll
  static void close() {
    SUBJECTS.values().forEach(Subject::close);
    SUBJECTS.clear();
  }

  static List<Method> methods() {
    return Methods.all();
  }

  /** Each method wherever it says that it can run. */
  static Stream<Arguments> runs() {
    return everywhere().filter(arguments -> arguments.get()[2] == null);
  }

  /** Each method wherever it says that it cannot. */
  static Stream<Arguments> refusals() {
    return everywhere().filter(arguments -> arguments.get()[2] != null);
  }

  private static Stream<Arguments> everywhere() {
    return SUBJECTS.entrySet().stream()
        .flatMap(
            each -> {
              Subject subject = each.getValue();
              try (NDManager scope = subject.scope()) {
                NDArray one = subject.pictures(scope, "0:1");
                Conditions here =
                    new Pass(subject.split, subject.whole, one, 1 << 26).conditions(Target.of(0));
                return Stream.concat(
                    Methods.all().stream().map(MethodsTest::brief), SMOOTHED.stream())
                    .map(method -> Arguments.of(each.getKey(), method, refusal(method, here)))
                    // While the picture is there.
                    .toList()
                    .stream();
              }
            });
  }

  private static final List<Method> BRIEF =
      List.of(
          new Rise(60, 7, 0.5, 0, Duration.ZERO, 0),
          new SmoothedScoreCam("activation", 2, 2, 0, 6),
          new IntegratedScoreCam(2, false, 6),
          new OptiCam(4, 0.1),
          new SmoothGradCamPlusPlus(3, 0.15, 0),
          new Cameras("1+1.5"),
          new KernelShap("grid:3", 60, "blur", 0),
          new Lime("grid:3", 60, "mean", 0.25, 1, 0),
          new PartitionShap("grid:4", 60, "blur"),
          new Xrai("felzenszwalb", 3));

  /** A thousand masks would show nothing more. */
  private static Method brief(Method method) {
    return BRIEF.stream()
        .filter(each -> each.getClass() == method.getClass())
        .findFirst()
        .orElse(method);
  }

  private static String refusal(Method method, Conditions here) {
    try {
      method.work(here);
      return null;
    } catch (UnsupportedException e) {
      return e.getMessage();
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void mapsHaveTheLayersOrThePicturesSizeAndAreFinite(String kind, Method method) {
    Subject subject = SUBJECTS.get(kind);
    try (NDManager scope = subject.scope()) {
      Shape map = finite(subject.map(method, subject.pictures(scope, "0:3"), 1));
      assertThat(map)
          .isIn(
              method.info().family() == Family.CAM
                  ? List.of(new Shape(3, 8, 8), new Shape(3, 64, 64))
                  : List.of(new Shape(3, 64, 64)));
      finite(subject.map(method, scope.zeros(new Shape(1, 3, 64, 64)), 1));
    }
  }

  private static Shape finite(NDArray map) {
    for (float value : map.toFloatArray()) {
      assertThat(value).isFinite();
    }
    return map.getShape();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theSameAgainGivesTheSame(String kind, Method method) {
    Subject subject = SUBJECTS.get(kind);
    try (NDManager scope = subject.scope()) {
      float[] first = subject.map(method, subject.pictures(scope, "0:2"), 2).toFloatArray();
      subject.map(method, subject.pictures(scope, "3:5"), 0);
      float[] again = subject.map(method, subject.pictures(scope, "0:2"), 2).toFloatArray();
      assertThat(again).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void aBatchGivesTheMapsOfItsSinglePictures(String kind, Method method) {
    Subject subject = SUBJECTS.get(kind);
    try (NDManager scope = subject.scope()) {
      float[] batch = subject.map(method, subject.pictures(scope, "0:3"), 3).toFloatArray();
      for (int i = 0; i < 3; i++) {
        NDArray one = subject.pictures(scope, i + ":" + (i + 1));
        float[] alone = subject.map(method, one, 3).toFloatArray();
        for (int place = 0; place < alone.length; place++) {
          assertThat(batch[i * alone.length + place])
              .as("picture %d, place %d", i, place)
              .isCloseTo(alone[place], within(1e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void distinguishesClassesIfItsInfoSaysSo(String kind, Method method) {
    Subject subject = SUBJECTS.get(kind);
    try (NDManager scope = subject.scope()) {
      float[] one = subject.map(method, subject.pictures(scope, "0:1"), 0).toFloatArray();
      float[] other = subject.map(method, subject.pictures(scope, "0:1"), 1).toFloatArray();
      if (method.info().classes()) {
        assertThat(one).isNotEqualTo(other);
      } else {
        assertThat(one).isEqualTo(other);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void changesNeitherTheModelNorSharedEvidence(String kind, Method method) {
    Subject subject = SUBJECTS.get(kind);
    try (NDManager scope = subject.scope()) {
      Map<String, float[]> parameters = parameters(subject.model);
      Evidence evidence = subject.evidence(subject.pictures(scope, "0:2"), 1);
      float[] input = evidence.input().toFloatArray();
      float[] activations = evidence.activations().toFloatArray();
      float[] gradients = evidence.gradients().toFloatArray();
      float[] logits = evidence.logits().toFloatArray();
      method.map(evidence);
      assertThat(evidence.input().toFloatArray()).isEqualTo(input);
      assertThat(evidence.activations().toFloatArray()).isEqualTo(activations);
      assertThat(evidence.gradients().toFloatArray()).isEqualTo(gradients);
      assertThat(evidence.logits().toFloatArray()).isEqualTo(logits);
      Evidence again = subject.evidence(subject.pictures(scope, "0:2"), 1);
      assertThat(again.gradients().toFloatArray()).isEqualTo(gradients);
      assertThat(again.logits().toFloatArray()).isEqualTo(logits);
      parameters(subject.model)
          .forEach((name, values) -> assertThat(values).isEqualTo(parameters.get(name)));
    }
  }

  private static Map<String, float[]> parameters(Model model) {
    Map<String, float[]> all = new LinkedHashMap<>();
    if (model.getNDManager().getEngine().getEngineName().equals("OnnxRuntime")) {
      // It shows nobody its parameters, and nobody can change them.
      return all;
    }
    for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
      all.put(each.getKey(), each.getValue().getArray().toFloatArray());
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("methods")
  void hasACompleteInfo(Method method) {
    MethodInfo info = method.info();
    assertThat(info.name()).matches("[a-z0-9]+(\\+\\+)?(-[a-z0-9]+(\\+\\+)?)*");
    assertThat(info.cost()).isNotBlank();
    assertThat(info.summary()).matches("[A-Z].*\\.");
    assertThat(info.paper()).isNotBlank();
    assertThat(info.link())
        .matches(info.control() || info.paper().startsWith("Limelight") ? "" : "https://.+");
    assertThat(Methods.named(info.name())).isEqualTo(method);
    assertThat(method.getClass().isRecord()).isTrue();
  }

  @Test
  void namesAreUniqueAndThoseThatThereAre() {
    assertThat(Methods.all().stream().map(method -> method.info().name()))
        .doesNotHaveDuplicates()
        .contains("cam", "grad-cam", "grad-cam++", "grad-cam-elementwise", "hires-cam")
        .contains("layer-cam", "xgrad-cam", "eigen-cam", "eigen-grad-cam", "score-cam")
        .contains("ablation-cam", "finer-cam", "shapley-cam", "recipro-cam")
        .contains("ss-cam", "is-cam", "smooth-grad-cam++", "opti-cam", "cameras")
        .contains("random-cam", "center-blob", "sobel", "occlusion", "rise");
    assertThatThrownBy(() -> Methods.named("nope"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("no method 'nope'; there are ([a-z+-]+, ){11}[a-z+-]+ and \\d+ more");
  }
}
