package dev.limelight.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.evaluation.Cell;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Measurements written by hand. */
class ScoreTest {

  private static final Contender METHOD = new Contender("method", "layer", false);
  private static final Contender REFERENCE = new Contender("grad-cam", "layer", false);
  private static final MetricInfo ENERGY = MetricInfo.higherIsBetter("energy-in-mask");
  private static final MetricInfo BOXES = MetricInfo.higherIsBetter("max-box-acc-v2");
  private static final double[] VALUES = {0.1, 0.9, 0.3, 0.8, 0.2, 0.7, 0.4, 0.6};

  private static void add(
      List<Cell> cells, Contender contender, MetricInfo metric, List<Measurement> values) {
    for (int i = 0; i < values.size(); i++) {
      cells.add(new Cell(i, "scene " + i, contender, metric.name(), values.get(i)));
    }
  }

  private static Score score(
      MetricInfo metric, List<Measurement> method, List<Measurement> reference) {
    List<Cell> cells = new ArrayList<>();
    add(cells, METHOD, metric, method);
    add(cells, REFERENCE, metric, reference);
    Evaluation evaluation =
        new Evaluation(
            method.size(), List.of(METHOD, REFERENCE), List.of(metric), cells, List.of(), 3);
    return Score.of(evaluation, METHOD, REFERENCE, metric);
  }

  private static List<Measurement> measured(DoubleStream values) {
    return values.mapToObj(Measurement::of).toList();
  }

  /** The values vary widely and their differences not at all: only a paired bootstrap sees it. */
  @Test
  void aConstantDifferenceIsCertain() {
    Score score =
        score(
            ENERGY,
            measured(DoubleStream.of(VALUES).map(value -> value + 0.05)),
            measured(DoubleStream.of(VALUES)));
    assertThat(score.value()).isCloseTo(0.55, within(1e-12));
    assertThat(score.high() - score.low()).isGreaterThan(0.2);
    assertThat(score.difference()).isCloseTo(0.05, within(1e-12));
    assertThat(score.differenceLow()).isCloseTo(0.05, within(1e-9));
    assertThat(score.differenceHigh()).isCloseTo(0.05, within(1e-9));
    assertThat(score.isBetter()).isTrue();
    assertThat(score.isWorse()).isFalse();
  }

  @Test
  void onlyScenesThatBothHaveArePaired() {
    List<Measurement> method = new ArrayList<>(measured(DoubleStream.of(VALUES)));
    List<Measurement> reference = new ArrayList<>(measured(DoubleStream.of(VALUES)));
    method.set(1, Measurement.discarded("blank"));
    reference.set(4, Measurement.of(0.8));
    Score score = score(ENERGY, method, reference);
    assertThat(score.scenes()).isEqualTo(7);
    assertThat(score.discarded()).isEqualTo(1);
    assertThat(score.difference()).isCloseTo(-0.6 / 7, within(1e-12));
    assertThat(score.isBetter()).isFalse();
  }

  @Test
  void tooFewScenesHaveNoInterval() {
    Score score =
        score(
            ENERGY,
            measured(DoubleStream.of(VALUES).limit(5)),
            measured(DoubleStream.of(VALUES).limit(5).map(value -> value / 2)));
    assertThat(score.low()).isNaN();
    assertThat(score.differenceLow()).isNaN();
    assertThat(score.isBetter() || score.isWorse()).isFalse();
  }

  /** Half of the scenes match at the first of two thresholds, the others at the second. */
  @Test
  void boxesHaveOneThresholdForAllScenes() {
    List<Measurement> method =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    i % 2 == 0
                        ? Measurement.of(1, List.of(1., 0., 1., 0., 1., 0.))
                        : Measurement.of(2.0 / 3, List.of(0., 1., 0., 1., 0., 0.)))
            .toList();
    List<Measurement> none =
        IntStream.range(0, 8)
            .mapToObj(i -> Measurement.of(0, List.of(0., 0., 0., 0., 0., 0.)))
            .toList();
    Score score = score(BOXES, method, none);
    assertThat(score.value()).isCloseTo(0.5, within(1e-12));
    assertThat(score.difference()).isCloseTo(0.5, within(1e-12));
    // Each resample has its own best thresholds, so that none of it is below an even half.
    assertThat(score.low()).isCloseTo(0.5, within(1e-12));
    assertThat(score.high()).isGreaterThan(0.5);
  }
}
