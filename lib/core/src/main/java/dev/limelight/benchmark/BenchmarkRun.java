package dev.limelight.benchmark;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.benchmark.BenchmarkListener.Step;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.EvaluationBuilder;
import dev.limelight.image.Mask;
import dev.limelight.method.Method;
import dev.limelight.metric.Deletion;
import dev.limelight.metric.Insertion;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.ModelRandomisation;
import dev.limelight.metric.localisation.BestIou;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.metric.localisation.MaxBoxAccV2;
import dev.limelight.metric.localisation.PointingGame;
import dev.limelight.model.Preprocessing;
import dev.limelight.scene.ObjectClasses;
import dev.limelight.scene.SceneMaker;
import dev.limelight.scene.SceneObject;
import dev.limelight.support.Count;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One benchmark on its way. */
final class BenchmarkRun {

  /** By no tolerance: what a method is precise by is its own doing. */
  private static final List<Metric> LOCALISATION =
      List.of(new PointingGame(0), new EnergyInMask(), new BestIou(), new MaxBoxAccV2());

  private static final Metric RANDOMISATION = new ModelRandomisation();
  private static final Metric INSERTION = new Insertion();
  private static final Metric DELETION = new Deletion();
  private static final MetricInfo FAITHFULNESS = MetricInfo.higherIsBetter("insertion-deletion");

  private final Benchmark settings;
  private final Explainer explainer;

  BenchmarkRun(Benchmark settings, Explainer given) {
    this.settings = settings;
    Preprocessing fitted = given.model().preprocessing();
    // A scene is as large as the input, so that nothing of it is resized or cut off.
    this.explainer = fitted.share() < 1 ? given.with(fitted.cropped(1)) : given;
  }

  BenchmarkResult run() throws IOException {
    int classes = explainer.classes();
    ObjectClasses names = new ObjectClasses(explainer.model().labels(), classes);
    List<SceneObject> known = names.known(settings.objects);
    List<String> unknown = settings.top ? List.of() : names.unknown(settings.objects);
    checkClasses(known, names);
    Preprocessing size = explainer.model().preprocessing();
    SceneMaker maker =
        new SceneMaker(
            settings.top ? settings.objects : known,
            settings.backgrounds,
            size.width(),
            size.height(),
            settings.count,
            settings.sizes,
            settings.set,
            settings.seed);
    int topClasses = settings.topClasses(classes);
    SeenScenes scenes = new SeenScenes(explainer, maker, topClasses, settings.top);
    scenes.look(
        settings.scenes, done -> settings.listener.reached(Step.SCENES, done, settings.scenes));
    String rule = rule(topClasses);
    if (scenes.seen() == 0) {
      throw new IllegalArgumentException(
          "the network sees the objects in none of "
              + Count.of(settings.scenes, "scene")
              + ": "
              + rule
              + "; check the labels and the preprocessing, or paste larger objects");
    }
    SceneQuestions questions = scenes.questions();
    List<MetricInfo> metrics = new ArrayList<>();
    ByScene byScene = new ByScene(questions);
    Evaluation maps = maps(questions, byScene, metrics);
    if (settings.costly > 0) {
      costly(questions, byScene, metrics);
    }
    Evaluation evaluation = byScene.evaluation(maps, metrics);
    Contender reference =
        evaluation.contenders().stream()
            .filter(one -> one.method().equals("grad-cam"))
            .findFirst()
            .orElse(evaluation.contenders().get(0));
    List<Score> scores = new ArrayList<>();
    for (MetricInfo metric : metrics) {
      for (Contender contender : evaluation.contenders()) {
        scores.add(Score.of(evaluation, contender, reference, metric));
      }
    }
    return new BenchmarkResult(
        evaluation,
        scores,
        reference.method(),
        settings.scenes,
        scenes.seen(),
        scenes.counts(),
        unknown,
        rule,
        explainer,
        questions,
        settings.methods);
  }

  private void checkClasses(List<SceneObject> known, ObjectClasses names) {
    if (settings.top) {
      if (settings.count > 1) {
        throw new IllegalArgumentException(
            "the top class is one, so that two objects cannot be told apart by it; explain the"
                + " classes of the objects");
      }
      return;
    }
    if (known.isEmpty()) {
      throw new IllegalArgumentException(
          "none of "
              + Count.of(settings.objects.size(), "object")
              + ", such as "
              + settings.objects.get(0).name()
              + ", has a class of this network"
              + (names.labels().isEmpty()
                  ? ", which has no labels"
                  : ", whose labels are such as " + names.labels().get(0))
              + "; give the labels, name cut-outs CLASS_01.png, or explain the top class");
    }
  }

  private String rule(int topClasses) {
    return settings.top
        ? "the top class must not be that of the background alone"
        : "the class of "
            + (settings.count == 1 ? "the object" : "each object")
            + " must be "
            + (topClasses == 1 ? "the top class" : "among the top " + topClasses);
  }

  private EvaluationBuilder evaluation(SceneQuestions questions) {
    return Evaluation.builder()
        .setExplainer(explainer)
        .setImages(questions)
        .optMethods(List.<Method>copyOf(settings.methods))
        .optTrueClass(true)
        .optSeed(settings.seed);
  }

  /** Compares maps with masks. */
  private Evaluation maps(SceneQuestions questions, ByScene byScene, List<MetricInfo> metrics)
      throws IOException {
    List<Map<String, Map<MetricInfo, Measurement>>> apart = new ArrayList<>();
    Evaluation evaluation =
        evaluation(questions)
            .optMetrics(LOCALISATION)
            .optListener(
                (done, total, cells, maps) -> {
                  if (settings.count == 2) {
                    apart.add(apart(questions, done - 1, maps));
                  }
                  settings.listener.reached(Step.MAPS, done, total);
                })
            .run();
    byScene.add(evaluation.cells());
    metrics.addAll(evaluation.metrics());
    if (settings.count == 2) {
      Measurement none = Measurement.discarded("the method made no map");
      for (int i = 0; i < apart.size(); i++) {
        for (Contender contender : evaluation.contenders()) {
          for (MetricInfo metric : Discrimination.METRICS) {
            Map<MetricInfo, Measurement> of =
                apart.get(i).getOrDefault(contender.method(), Map.of());
            byScene.add(contender, metric.name(), i, of.getOrDefault(metric, none));
          }
        }
      }
      metrics.addAll(Discrimination.METRICS);
    }
    return evaluation;
  }

  /** What tells two objects apart, by method. */
  private static Map<String, Map<MetricInfo, Measurement>> apart(
      SceneQuestions questions, int index, List<Explanation> maps) {
    try {
      Mask own = Objects.requireNonNull(questions.get(index).mask(), "every object has a mask");
      Mask other = questions.other(index);
      Map<String, Map<MetricInfo, Measurement>> apart = new HashMap<>();
      maps.forEach(map -> apart.put(map.method(), Discrimination.of(map, own, other)));
      return apart;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What takes many passes, on the first scenes. */
  private void costly(SceneQuestions questions, ByScene byScene, List<MetricInfo> metrics)
      throws IOException {
    Evaluation evaluation =
        evaluation(questions.first(settings.costly * settings.count))
            .optMetrics(RANDOMISATION, INSERTION, DELETION)
            .optListener(
                (done, total, cells, maps) -> settings.listener.reached(Step.COSTLY, done, total))
            .run();
    byScene.add(evaluation.cells());
    metrics.addAll(evaluation.metrics());
    byScene.addDifference(FAITHFULNESS.name(), INSERTION.info().name(), DELETION.info().name());
    metrics.add(FAITHFULNESS);
  }
}
