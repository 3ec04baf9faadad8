package dev.limelight.metric;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.Cam;
import dev.limelight.cam.CenterBlob;
import dev.limelight.cam.GradCam;
import dev.limelight.gradient.IntegratedGradients;
import dev.limelight.image.Mask;
import dev.limelight.method.Method;
import dev.limelight.metric.Experiment.Answer;
import dev.limelight.metric.Experiment.Request;
import dev.limelight.model.Preprocessing;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics of maps of a network. */
class NetworkMetricsTest {

  private static final int SIDE = 64;

  private static Model model;
  private static Model shuffled;
  private static Explainer explainer;
  private static Explainer randomised;
  private static float[] pictures;

  @BeforeAll
  static void load() {
    model = TinyResNet.symbol();
    explainer = explainer(model);
    shuffled = TinyResNet.blocks("MXNet");
    Random random = new Random(1);
    for (Parameter parameter : shuffled.getBlock().getParameters().values()) {
      float[] weights = parameter.getArray().toFloatArray();
      for (int i = weights.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        float weight = weights[i];
        weights[i] = weights[other];
        weights[other] = weight;
      }
      NativeArrays.set(parameter.getArray(), weights);
    }
    randomised = explainer(shuffled);
    try (NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = TinyResNet.golden(scope).get("x");
      pictures = x.toFloatArray();
    }
  }

  @AfterAll
  static void close() {
    explainer.close();
    randomised.close();
    model.close();
    shuffled.close();
  }

  private static Explainer explainer(Model model) {
    return Explainer.builder()
        .setModel(model)
        .optPreprocessing(Preprocessing.of(SIDE, SIDE))
        .optLabels(TinyResNet.LABELS)
        .build();
  }

  private static Trial trial(int picture, Method method) {
    int size = 3 * SIDE * SIDE;
    float[] input = Arrays.copyOfRange(pictures, picture * size, (picture + 1) * size);
    Explanation explanation = explainer.explain(Question.of(1, i -> input).methods(method)).get(0);
    boolean[] cells = new boolean[SIDE * SIDE];
    Arrays.fill(cells, 0, cells.length / 2, true);
    return new Trial(explanation, input, SIDE, SIDE, new Mask(SIDE, SIDE, cells), picture);
  }

  private static Measurement measure(Metric metric, Trial trial, Method method) {
    Experiment experiment = metric.of(trial);
    Target target = Target.of(trial.explanation().target());
    List<Answer> answers = new ArrayList<>();
    for (Request request : experiment.requests()) {
      float[] input = request.input().get();
      answers.add(
          switch (request.kind()) {
            case SCORE -> {
              float[] logits = explainer.logits(1, i -> input)[0];
              yield new Answer(trial.explanation().probability(logits), null);
            }
            case EXPLAIN -> answer(explainer, input, method, target);
            case EXPLAIN_RANDOMISED -> answer(randomised, input, method, target);
          });
    }
    return experiment.result().apply(answers);
  }

  private static Answer answer(Explainer by, float[] input, Method method, Target target) {
    Explanation explanation =
        by.explain(Question.of(1, i -> input).methods(method).targets(target)).get(0);
    return new Answer(explanation.probability(), explanation);
  }

  @Test
  void everyMetricMeasuresAMapOfANetwork() {
    Trial trial = trial(0, new GradCam());
    for (Metric metric : Metrics.all()) {
      Measurement found = measure(metric, trial, new GradCam());
      assertThat(found.measured())
          .as("%s: %s", metric.info().name(), found.support())
          .isEqualTo(!metric.info().name().equals("completeness"));
      assertThat(measure(metric, trial, new GradCam())).isEqualTo(found);
    }
  }

  @Test
  void theWholePictureHasTheProbabilityThatTheTrialSays() {
    Trial trial = trial(1, new GradCam());
    List<Double> curve = measure(new Insertion(1, Imputer.ZERO), trial, new GradCam()).curve();
    List<Double> other = measure(new Deletion(1, Imputer.ZERO), trial, new GradCam()).curve();
    assertThat(curve.get(0)).isEqualTo(other.get(1));
    float[] logits = explainer.logits(1, i -> trial.input())[0];
    assertThat(Math.abs(trial.explanation().probability(logits) - curve.get(1))).isLessThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void camAndIntegratedGradientsAreComplete(int picture) {
    Method cam = new Cam();
    assertThat(measure(new Completeness(), trial(picture, cam), cam).value()).isLessThan(1e-4);
    Method few = new IntegratedGradients(0, 4);
    Method many = new IntegratedGradients(0, 128);
    double gap = measure(new Completeness(), trial(picture, many), many).value();
    assertThat(gap).isLessThan(0.05);
    assertThat(measure(new Completeness(), trial(picture, few), few).value()).isGreaterThan(gap);
  }

  @Test
  void aMapThatIgnoresTheNetworkStaysAndOneOfItChanges() {
    Metric metric = new ModelRandomisation();
    Method blob = new CenterBlob();
    assertThat(measure(metric, trial(0, blob), blob).value()).isGreaterThan(0.999);
    assertThat(measure(new MaxSensitivity(), trial(0, blob), blob).value()).isZero();
    Method map = new GradCam();
    assertThat(measure(metric, trial(0, map), map).value()).isLessThan(0.9);
    assertThat(measure(new MaxSensitivity(), trial(0, map), map).value()).isBetween(1e-6, 1.0);
  }
}
