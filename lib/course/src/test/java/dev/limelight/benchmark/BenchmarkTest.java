package dev.limelight.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.TrainedScenes;
import dev.limelight.benchmark.BenchmarkListener.Step;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.report.BenchmarkPage;
import dev.limelight.scene.Shape;
import dev.limelight.scene.SizeRange;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the small network that tells circles from crosses. */
class BenchmarkTest {

  private static final List<Method> METHODS =
      Stream.of("grad-cam", "center-blob").map(Methods::named).toList();

  private static TrainedScenes trained;

  @BeforeAll
  static void load() throws IOException {
    trained = TrainedScenes.shipped();
  }

  @AfterAll
  static void close() {
    trained.close();
  }

  private static Benchmark benchmark() {
    return new Benchmark()
        .setExplainer(trained.explainer())
        .optObjects(Shape.all())
        .optMethods(METHODS)
        .optSizes(List.of(new SizeRange(0.35, 0.6)));
  }

  @Test
  void aMethodThatSeesObjectsBeatsTheMiddleOfThePicture() throws IOException {
    Map<Step, Integer> reached = new EnumMap<>(Step.class);
    BenchmarkResult result =
        benchmark()
            .optScenes(40)
            .optCostly(4)
            .optListener((step, done, total) -> reached.merge(step, done, Math::max))
            .run();
    assertThat(result.unknown()).containsExactlyInAnyOrder("square", "triangle");
    assertThat(result.made()).isEqualTo(40);
    assertThat(result.objects().stream().mapToInt(SceneCount::made).sum()).isEqualTo(40);
    assertThat(result.objects().stream().mapToInt(SceneCount::seen).sum()).isEqualTo(result.seen());
    assertThat(result.seen()).isBetween(20, 40);
    assertThat(result.pictures().size()).isEqualTo(result.seen());
    assertThat(reached)
        .containsEntry(Step.SCENES, 40)
        .containsEntry(Step.MAPS, result.seen())
        .containsEntry(Step.COSTLY, 4);
    Score energy = result.score("grad-cam", "energy-in-mask");
    Score control = result.score("center-blob", "energy-in-mask");
    assertThat(energy.scenes() + energy.discarded()).isEqualTo(result.seen());
    assertThat(energy.value()).isBetween(energy.low(), energy.high());
    assertThat(control.difference()).isNegative();
    assertThat(control.isWorse()).isTrue();
    assertThat(energy.difference()).isNaN();
    assertThat(result.score("center-blob", "model-randomisation").value())
        .isCloseTo(1, within(1e-9));
    assertThat(result.score("grad-cam", "model-randomisation").scenes()).isLessThanOrEqualTo(4);
    double both =
        result.score("grad-cam", "insertion").value()
            - result.score("grad-cam", "deletion").value();
    assertThat(result.score("grad-cam", "insertion-deletion").value())
        .isCloseTo(both, within(1e-9));
    Contender reference = result.evaluation().contenders().get(0);
    assertThat(result.evaluation().cost(reference)).isPresent();
  }

  /** The mean of both objects of a scene is one value, so that scenes are drawn and not objects. */
  @Test
  void twoObjectsAreAskedForInTurnAndCountAsOneScene() throws IOException {
    BenchmarkResult result = benchmark().optCount(2).optScenes(30).optCostly(0).run();
    assertThat(result.seen()).isEqualTo(30);
    assertThat(result.pictures().size()).isEqualTo(60);
    Score own = result.score("grad-cam", "pointing-game");
    Score other = result.score("grad-cam", "peak-on-other");
    assertThat(own.scenes() + own.discarded()).isEqualTo(30);
    assertThat(own.value()).isGreaterThan(other.value());
    // The same map for either class is on one object as often as on the other.
    assertThat(result.score("center-blob", "energy-share").value()).isCloseTo(0.5, within(1e-9));
    assertThat(result.metrics()).contains("energy-share").doesNotContain("insertion");
    assertThatThrownBy(() -> result.score("grad-cam", "insertion"))
        .hasMessageContaining("insertion of grad-cam");
  }

  @Test
  void theTopClassNeedsNoClassOfTheObject() throws IOException {
    BenchmarkResult result = benchmark().optTop(true).optScenes(20).optCostly(0).run();
    assertThat(result.unknown()).isEmpty();
    assertThat(result.objects()).hasSize(4);
    assertThat(result.seen()).isLessThan(20);
    assertThat(result.rule()).contains("background alone");
    assertThatThrownBy(() -> benchmark().optTop(true).optCount(2).run())
        .hasMessageContaining("top class");
  }

  @Test
  void objectsOfNoClassAreRefused() {
    assertThatThrownBy(() -> benchmark().optObjects(List.of()).run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("none of 14 objects, such as African_chameleon_1.png,");
  }

  @Test
  void thePageSaysHowOftenTheSetWasLookedAt() throws IOException {
    BenchmarkResult result = benchmark().optScenes(16).optCostly(2).run();
    String page = new BenchmarkPage(result, "report, seed 3", 4).report("Shapes", Map.of()).html();
    assertThat(page)
        .contains("of 16 scenes", "Set: report, seed 3.", "It was looked at 4 times")
        .contains("square", "max-box-acc-v2", "Against grad-cam");
    assertThat(new BenchmarkPage(result, "report", 1).report("", Map.of()).html())
        .contains("for the first time");
  }
}
