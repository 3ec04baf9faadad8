package dev.limelight.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explanation;
import dev.limelight.TrainedScenes;
import dev.limelight.cam.CenterBlob;
import dev.limelight.cam.FixedMap;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.cam.RandomCam;
import dev.limelight.cam.perturbed.OptiCam;
import dev.limelight.course.data.Scenes;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.Cost;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.gradient.Saliency;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.metric.AverageDrop;
import dev.limelight.metric.Coherency;
import dev.limelight.metric.Deletion;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Sparseness;
import dev.limelight.metric.Trial;
import dev.limelight.metric.localisation.EnergyInMask;
import dev.limelight.metric.localisation.PointingGame;
import dev.limelight.model.LayerPath;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

  private static final List<Method> METHODS =
      List.of(new GradCam(), new LayerCam(), new RandomCam(), new CenterBlob());
  private static final List<Metric> METRICS =
      List.of(new Deletion(), new PointingGame(), new Coherency());

  private static final Set<String> CONTROLS = Set.of("random-cam", "center-blob");

  private static TrainedScenes trained;
  private static ImageSet images;

  @BeforeAll
  static void open() throws IOException {
    trained = TrainedScenes.shipped();
    images = trained.scenes().images(50_000, 12);
  }

  @AfterAll
  static void close() {
    trained.close();
  }

  private static EvaluationBuilder builder() {
    return Evaluation.builder()
        .setExplainer(trained.explainer())
        .setImages(images)
        .optMethods(METHODS)
        .optMetrics(METRICS)
        .optSeed(4);
  }

  @Test
  void sharedBatchesGiveWhatEachPictureGivesAlone() throws IOException {
    Evaluation evaluation = builder().run();
    assertThat(evaluation.cells()).hasSize(12 * 4 * 3);
    Picture picture = images.get(5).picture();
    Explanation map = trained.explainer().explain(picture, new GradCam(), Target.top());
    // By hand: remove what the map says first, and see how the probability falls.
    float[] input = trained.explainer().model().preprocessing().apply(picture);
    Trial trial = new Trial(map, input, 32, 32, null, 4 + 5);
    Experiment experiment = new Deletion().of(trial);
    List<Experiment.Answer> answers = new ArrayList<>();
    for (Experiment.Request request : experiment.requests()) {
      float[] changed = request.input().get();
      float[][] logits = trained.explainer().logits(1, i -> changed);
      answers.add(new Experiment.Answer(map.probability(logits[0]), null));
    }
    double alone = experiment.result().apply(answers).value();
    Contender gradCam = evaluation.contenders().get(0);
    assertThat(gradCam.method()).isEqualTo("grad-cam");
    assertThat(evaluation.of(gradCam, "deletion").get(5).measurement().value())
        .isCloseTo(alone, within(1e-5));
  }

  @Test
  void aMethodIsFoundByItsName() throws IOException {
    Evaluation evaluation = builder().optMetrics(new PointingGame()).run();
    assertThat(evaluation.summary("layer-cam", "pointing-game"))
        .isEqualTo(evaluation.summary(evaluation.contenders().get(1), "pointing-game"));
    assertThatThrownBy(() -> evaluation.summary("layercam", "pointing-game"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'layercam' is 0 of [grad-cam at ");
  }

  @Test
  void everyGradientBasedMethodBeatsChanceOnThePointingGame() throws IOException {
    // Two shapes: what looks at no class points at the other one as often.
    Scenes two = Scenes.builder().optSide(32).optLabels("circle", "cross").optShapes(2).build();
    List<Method> methods =
        Methods.all().stream()
            .filter(method -> method.info().gradients() || CONTROLS.contains(method.info().name()))
            // Its fifty steps for each of 300 scenes take minutes.
            .filter(method -> !(method instanceof OptiCam))
            // Some need a graph, attention or boxes.
            .filter(EvaluationTest::runs)
            .toList();
    Evaluation evaluation =
        Evaluation.builder()
            .setExplainer(trained.explainer())
            .setImages(two.images(60_000, 300))
            .optMethods(methods)
            .optMetrics(new PointingGame(), new EnergyInMask())
            .optTrueClass(true)
            .run();
    Map<String, MetricSummary> pointing = new TreeMap<>();
    evaluation.ranking("pointing-game").forEach(one -> pointing.put(one.contender().method(), one));
    for (MetricSummary one : pointing.values()) {
      if (!one.contender().control()) {
        assertThat(one.isAbove(pointing.get("random-cam"))).as("%s", one).isTrue();
        assertThat(one.isAbove(pointing.get("center-blob"))).as("%s", one).isTrue();
      }
    }
    assertThat(evaluation.comparisons("pointing-game"))
        .hasSize(2 * (methods.size() - 2))
        .allSatisfy(one -> assertThat(one.wins()).as("%s", one).isTrue());
    assertThat(evaluation.paretoFront("pointing-game")).isNotEmpty();
    assertThat(evaluation.agreement("pointing-game", "energy-in-mask")).isBetween(0.0, 1.0);
    assertThat(evaluation.costs())
        .hasSize(methods.size())
        .allSatisfy(c -> assertThat(c.milliseconds()).isPositive());
  }

  private static boolean runs(Method method) {
    return trained.explainer().plan(List.of(method), Target.top()).rows().get(0).runs();
  }

  @Test
  void aKilledEvaluationGoesOnToTheSameBytes(@TempDir Path folder) throws IOException {
    Evaluation whole = builder().optFolder(folder.resolve("whole")).run();
    Path killed = folder.resolve("killed");
    assertThatThrownBy(
            () ->
                builder()
                    .optFolder(killed)
                    .optListener(
                        (done, total, cells, maps) -> {
                          if (done == 5) {
                            throw new CancellationException("killed");
                          }
                        })
                    .run())
        .isInstanceOf(CancellationException.class);
    // Half a file, as a machine that loses its power may leave it.
    Files.writeString(killed.resolve("pictures").resolve("000002.json"), "{\"picture\": \"sce");
    List<Integer> made = new ArrayList<>();
    Evaluation resumed =
        builder()
            .optFolder(killed)
            .optListener((done, total, cells, maps) -> made.add(maps.size()))
            .run();
    assertThat(made).containsExactly(0, 0, 4, 0, 0, 4, 4, 4, 4, 4, 4, 4);
    assertThat(resumed.cells()).isEqualTo(whole.cells());
    assertThat(bytes(killed)).isEqualTo(bytes(folder.resolve("whole")));
    assertThatThrownBy(() -> builder().optSeed(5).optFolder(killed).run())
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("seed = 4", "this one has 5");
    Files.createDirectories(folder.resolve("other"));
    Files.writeString(folder.resolve("other").resolve("note.txt"), "mine");
    assertThatThrownBy(() -> builder().optFolder(folder.resolve("other")).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds something else");
  }

  /** All but the times, which no two runs share. */
  private static Map<String, String> bytes(Path folder) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("costs.csv")) {
          all.put(folder.relativize(file).toString(), Files.readString(file));
        }
      }
    }
    assertThat(all).hasSize(14);
    return all;
  }

  @Test
  void mapsMadeByHandFoolOneMetricAndNotAnother() throws IOException {
    float[] corner = new float[64];
    corner[63] = 1;
    float[] nearlyAll = new float[64];
    Arrays.fill(nearlyAll, 1);
    nearlyAll[0] = 0;
    Evaluation evaluation =
        Evaluation.builder()
            .setExplainer(trained.explainer())
            .setImages(trained.scenes().images(50_000, 20))
            .optMethods(
                new GradCam(),
                new FixedMap("corner", new Heatmap(8, 8, corner, "")),
                new FixedMap("nearly-all", new Heatmap(8, 8, nearlyAll, "")))
            .optMetrics(new Sparseness(), new AverageDrop(), new EnergyInMask())
            .run();
    assertThat(best(evaluation, "sparseness")).isEqualTo("corner");
    assertThat(evaluation.ranking("sparseness").get(0).mean()).isCloseTo(63 / 64.0, within(1e-6));
    assertThat(best(evaluation, "average-drop")).isEqualTo("nearly-all");
    assertThat(best(evaluation, "energy-in-mask")).isEqualTo("grad-cam");
    assertThat(evaluation.costs()).extracting(Cost::passes).containsExactly(2L, 1L, 1L);
    assertThat(evaluation.paretoFront("energy-in-mask", Cost::passes))
        .extracting(Contender::method)
        .containsExactly("nearly-all", "grad-cam");
    assertThat(evaluation.paretoFront("sparseness", Cost::passes))
        .extracting(Contender::method)
        .containsExactly("corner");
    assertThatThrownBy(() -> new FixedMap(" ", new Heatmap(8, 8, corner, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a name");
  }

  private static String best(Evaluation evaluation, String metric) {
    return evaluation.ranking(metric).get(0).contender().method();
  }

  @Test
  void whatFailsIsACellWithItsReason() throws IOException {
    Picture tiny = Picture.of(1, 1, new int[1], "tiny");
    ImageSet some =
        ImageSet.of(
            List.of(images.get(0), new Example("tiny", tiny, 0, null)), trained.scenes().labels());
    Evaluation evaluation =
        Evaluation.builder()
            .setExplainer(trained.explainer())
            .setImages(some)
            .optMethods(new GradCam(), new Saliency())
            .optMetrics(new PointingGame(), new Deletion())
            .optTrueClass(true)
            .run();
    assertThat(evaluation.cells()).hasSize(8);
    assertThat(evaluation.of(evaluation.contenders().get(0), "pointing-game").get(1).measurement())
        .satisfies(
            found -> {
              assertThat(found.measured()).isFalse();
              assertThat(found.support().reason())
                  .contains("the position of the object is not known");
            });
    assertThat(evaluation.summary(evaluation.contenders().get(0), "pointing-game").count())
        .isEqualTo(1);
  }

  @Test
  void layersAreContendersOfTheirOwn() throws IOException {
    List<LayerPath> layers =
        trained.explainer().layers().stream()
            .map(layer -> layer.path())
            .filter(path -> path.name().startsWith("01"))
            .toList();
    List<LayerPath> two = layers.subList(layers.size() - 2, layers.size());
    Evaluation evaluation =
        builder().optLayers(two).optMetrics(new Sparseness(), new EnergyInMask()).run();
    assertThat(evaluation.contenders()).hasSize(8);
    assertThat(evaluation.contenders().stream().map(Contender::layer).distinct())
        .containsExactlyElementsOf(two.stream().map(LayerPath::name).toList());
    assertThat(evaluation.ranking("energy-in-mask")).hasSize(8);
    assertThatThrownBy(() -> evaluation.ranking("deletion"))
        .hasMessageContaining("there are sparseness, energy-in-mask");
  }
}
