package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.FinerCam;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.cam.RandomCam;
import dev.limelight.detection.Detection;
import dev.limelight.detection.NonMaximumSuppression;
import dev.limelight.gradient.CheckedGradient;
import dev.limelight.gradient.Saliency;
import dev.limelight.gradient.SmoothGrad;
import dev.limelight.image.Picture;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.output.DetectorFixture;
import dev.limelight.output.OutputReaders;
import dev.limelight.perturb.Rise;
import dev.limelight.smooth.FlipsAndScales;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An isolated model gives the same as one in this process. */
class IsolatedExplainerTest {

  private static final Path MODEL = Fixtures.folder("fixtures").resolve("tiny-resnet-traced.pt");

  private static final List<Picture> PICTURES =
      IntStream.range(0, 19).mapToObj(IsolatedProcessTest::picture).toList();

  private static final AtomicLong PASSES = new AtomicLong();

  private static Explainer plain;
  private static Explainer isolated;

  @BeforeAll
  static void load() throws IOException {
    plain = builder().load();
    isolated = builder().optProgress(PASSES::addAndGet).optIsolated(true).load();
  }

  @AfterAll
  static void close() {
    plain.close();
    isolated.close();
  }

  private static ExplainerBuilder builder() {
    return Explainer.builder()
        .setModel(MODEL)
        .optLabels("a", "b", "c", "d")
        .optPreprocessing(Preprocessing.of(64, 64));
  }

  private static List<Picture> pictures(int count) {
    return PICTURES.subList(0, count);
  }

  private static void assertSame(Function<Explainer, List<Explanation>> question) {
    List<Explanation> expected = question.apply(plain);
    List<Explanation> actual = question.apply(isolated);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Explanation one = expected.get(i);
      Explanation other = actual.get(i);
      assertThat(other.map()).isEqualTo(one.map());
      assertThat(other.logits()).isEqualTo(one.logits());
      assertThat(other.target()).isEqualTo(one.target());
      assertThat(other.toString()).isEqualTo(one.toString());
      assertThat(other.notes()).isEqualTo(one.notes());
      assertThat(other.heatmap()).isEqualTo(one.heatmap());
      assertThat(other.provenance().toMap()).isEqualTo(one.provenance().toMap());
      assertThat(other.picture()).isEqualTo(one.picture());
      assertThat(other.segments()).isEqualTo(one.segments());
    }
  }

  @Test
  void valuesOfSegments() {
    Question question =
        Question.of(pictures(2))
            .methods(
                Methods.named("kernel-shap(segments=slic:12, samples=60, baseline=black)"),
                Methods.named("partition-shap(segments=grid:4, samples=30)"))
            .targets(Target.of("b"));
    assertSame(explainer -> explainer.explain(question));
  }

  @Test
  void mapsOfManyPicturesMethodsAndTargets() {
    Question question =
        Question.of(pictures(19))
            .methods(
                new GradCam(),
                new RandomCam(7),
                new FlipsAndScales(new LayerCam()),
                new SmoothGrad(new Saliency(), 3, 0.1, 5))
            .targets(
                Target.top(),
                Target.difference("a", "c"),
                Target.not(Target.logProbability(2)),
                Target.each(IntStream.range(0, 19).map(i -> i % 4).toArray()));
    assertSame(explainer -> explainer.explain(question));
  }

  @Test
  void boxesOfADetector() throws IOException {
    ExplainerBuilder detector =
        Explainer.builder()
            .setModel(DetectorFixture.file("yolo.pt"))
            .optLabels(DetectorFixture.labels("yolo"))
            .optReader(OutputReaders.AUTO)
            .optPreprocessing(Preprocessing.of(DetectorFixture.WIDTH, DetectorFixture.HEIGHT));
    NonMaximumSuppression few = new NonMaximumSuppression(0.3, 0.5, 4, false);
    try (Explainer here = detector.load();
        Explainer apart = detector.optIsolated(true).load()) {
      for (NonMaximumSuppression limits : List.of(NonMaximumSuppression.USUAL, few)) {
        List<Detection> expected = here.detect(PICTURES.get(0), limits);
        assertThat(expected).hasSizeGreaterThan(1);
        assertThat(apart.detect(PICTURES.get(0), limits)).isEqualTo(expected);
      }
    }
    assertThatThrownBy(() -> isolated.detect(PICTURES.get(0), few))
        .hasMessageContaining("boxes are found by a detector")
        .hasMessageContaining("this model is loaded as a classifier");
  }

  @Test
  void theBestClasses() {
    assertSame(e -> e.explain(Question.of(pictures(3)).best(4).methods(new GradCam())));
  }

  @Test
  void methodsWithNotesAndArguments() {
    Method rise = new Rise(40, 5, 0.5, 0, Duration.ZERO, 3);
    assertSame(
        e ->
            e.explain(
                Question.of(pictures(2))
                    .methods(rise, new CheckedGradient(new GradCam()), new FinerCam(0.6, 2))));
  }

  @Test
  void theFinerLayersThatAMethodChose() {
    Method spotlight = Methods.named("spotlight");
    Method whole = Methods.named("grad-spotlight(focus=whole)");
    assertThat(
            isolated.explain(pictures(1).get(0), spotlight, Target.top()).provenance().methodText())
        .contains("fine=layer");
    assertSame(e -> e.explain(Question.of(pictures(2)).methods(spotlight, whole)));
  }

  @Test
  void severalLayers() {
    String[] layers =
        plain.layers().stream()
            .skip(plain.layers().size() - 3)
            .map(layer -> layer.path().name())
            .toArray(String[]::new);
    assertSame(
        e -> {
          try (Explainer at = e.at(layers[0], layers[1])) {
            return at.explain(Question.of(pictures(2)));
          }
        });
  }

  @Test
  void aShuffledCopy() {
    assertSame(
        e -> {
          try (Explainer shuffled = e.shuffled(2, 11)) {
            return shuffled.explain(Question.of(pictures(2)));
          }
        });
  }

  @Test
  void aReadyBatch() {
    try (NDManager manager = EngineName.PYTORCH.engine().newBaseManager()) {
      NDArray batch = manager.randomUniform(0, 1, new Shape(3, 3, 64, 64));
      assertSame(e -> e.explain(Question.of(batch).methods(new LayerCam())));
    }
  }

  @Test
  void whatIsKnownOfTheModel() {
    assertThat(isolated.model()).isEqualTo(plain.model());
    assertThat(isolated.layers()).isEqualTo(plain.layers());
    assertThat(isolated.weightedLayers()).isEqualTo(plain.weightedLayers());
    assertThat(isolated.classes()).isEqualTo(plain.classes());
    assertThat(isolated.plan(Methods.all(), Target.of("b")).toString())
        .isEqualTo(plain.plan(Methods.all(), Target.of("b")).toString());
  }

  @Test
  void outputsOfReadyInputs() {
    float[][] inputs = new float[21][3 * 64 * 64];
    for (int i = 0; i < inputs.length; i++) {
      Arrays.fill(inputs[i], i / 21f);
    }
    assertThat(isolated.logits(21, i -> inputs[i])).isDeepEqualTo(plain.logits(21, i -> inputs[i]));
  }

  @Test
  void progressIsHeardOf() {
    long before = PASSES.get();
    isolated.explain(pictures(1).get(0), new Rise(40, 5, 0.5, 0, Duration.ZERO, 3), Target.top());
    assertThat(PASSES.get() - before).isGreaterThanOrEqualTo(40);
  }

  @Test
  void refusalsAreTheSame() {
    assertSameRefusal(e -> e.at("nowhere"));
    assertSameRefusal(e -> e.explain(pictures(1).get(0), new GradCam(), Target.of(99)));
    assertSameRefusal(e -> e.explain(pictures(1).get(0), new GradCam(), Target.of("zebra")));
    assertSameRefusal(e -> e.shuffled(10_000, 1));
  }

  private static void assertSameRefusal(Consumer<Explainer> question) {
    Throwable expected = catchThrowable(() -> question.accept(plain));
    assertThat(expected).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> question.accept(isolated))
        .hasSameClassAs(expected)
        .hasMessage(expected.getMessage());
  }

  @Test
  void codeIsNotSent() {
    Target function = Target.function(logits -> logits.max(new int[] {1}), "largest");
    assertThatThrownBy(() -> isolated.explain(pictures(1).get(0), new GradCam(), function))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the target 'largest' cannot be sent to the process")
        .hasMessageContaining("holds code");
    Method own =
        new Method() {
          @Override
          public NDArray parts(Evidence evidence) {
            return evidence.activations();
          }

          @Override
          public MethodInfo info() {
            return MethodInfo.cam("own");
          }
        };
    assertThatThrownBy(() -> isolated.explain(pictures(1).get(0), own, Target.top()))
        .hasMessageContaining("the method 'own' cannot be sent");
  }

  @Test
  void aModelInMemoryIsRefused() {
    try (Model model = Model.newInstance("net", "PyTorch")) {
      assertThatThrownBy(() -> Explainer.builder().setModel(model).optIsolated(true).build())
          .hasMessage(
              "a model in memory cannot be isolated: call setModel with its path, and load()");
    }
  }

  @Test
  void aMissingFileIsRefusedAsWithout() {
    ExplainerBuilder builder = Explainer.builder().setModel(Path.of("nowhere.pt"));
    Throwable expected = catchThrowable(builder::load);
    assertThatThrownBy(() -> builder.optIsolated(true).load())
        .isInstanceOf(IOException.class)
        .hasMessage(expected.getMessage());
  }
}
