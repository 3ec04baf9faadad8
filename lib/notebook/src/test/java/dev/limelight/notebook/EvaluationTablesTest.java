package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.evaluation.Evaluation;
import dev.limelight.verdict.Verdict;
import dev.limelight.verdict.Verdict.Check;
import dev.limelight.verdict.Verdict.Light;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class EvaluationTablesTest {

  private final Evaluation evaluation = Measured.at("layer4");

  @Test
  void meansHaveARowPerMethodAndAColumnPerMetric() {
    Table means = EvaluationTables.means(evaluation);

    assertThat(means.columnNames())
        .containsExactly("method", "pointing-game ↑", "deletion ↓", "sparseness ↑");
    assertThat(means.stringColumn(0).asList())
        .containsExactly("random-cam", "grad-cam", "score-cam");
    assertThat(means.doubleColumn(1).asDoubleArray()).containsExactly(0.25, 0.75, 1);
    assertThat(means.doubleColumn(2).asDoubleArray()).containsExactly(0.5, 0.25, 0.375);
    assertThat(Renderings.of(means).html()).contains(">Means of 12 pictures</caption>");
    assertThat(EvaluationTables.means(Measured.at("a", "b")).stringColumn(0).asList())
        .contains("grad-cam at a", "grad-cam at b");
  }

  @Test
  void theRankingHasIntervals() {
    Table ranking = EvaluationTables.ranking(evaluation, "deletion");

    assertThat(ranking.name()).isEqualTo("deletion, lower is better");
    assertThat(ranking.stringColumn("method").asList())
        .containsExactly("grad-cam", "score-cam", "random-cam");
    assertThat(ranking.doubleColumn("mean").get(0)).isCloseTo(0.25, within(1e-9));
    Table pointing = EvaluationTables.ranking(evaluation, "pointing-game");
    assertThat(pointing.doubleColumn("from").get(1)).isLessThan(0.75);
    assertThat(pointing.doubleColumn("to").get(1)).isGreaterThan(0.75);
    assertThat(pointing.intColumn("pictures").asList()).containsExactly(12, 12, 12);
  }

  @Test
  void eachMethodIsComparedWithEachControl() {
    Table comparisons = EvaluationTables.comparisons(evaluation, "pointing-game");

    assertThat(comparisons.stringColumn("method").asList())
        .containsExactly("grad-cam", "score-cam");
    assertThat(comparisons.stringColumn("control").asList()).containsOnly("random-cam");
    assertThat(comparisons.doubleColumn("advantage").asDoubleArray()).containsExactly(0.5, 0.75);
    assertThat(comparisons.stringColumn("better").asList()).containsExactly("yes", "yes");
  }

  @Test
  void storedTablesOmitTimes() {
    assertThat(EvaluationTables.costs(evaluation, true).columnNames())
        .containsExactly("method", "passes", "megabytes");
    Table timed = EvaluationTables.costs(evaluation, false);
    assertThat(timed.longColumn("passes").asObjectArray()).containsExactly(1L, 2L, 33L);
    assertThat(timed.doubleColumn("milliseconds").asDoubleArray()).containsExactly(0.5, 2, 3.5);
  }

  @Test
  void everyMeasurementIsARow() {
    Table all = EvaluationTables.pictures(evaluation);

    assertThat(all.rowCount()).isEqualTo(3 * 3 * Measured.PICTURES);
    assertThat(all.row(0).getString("picture")).isEqualTo("scene 0");
  }

  @Test
  void aVerdictListsItsChecks() {
    Verdict verdict =
        new Verdict(
            Light.RED,
            List.of(
                new Check("better than chance", 0.1, 0.2, false, true),
                new Check("better than a centred blob", 0.1, 0, true, false)));

    Table table = EvaluationTables.verdict("grad-cam", verdict);
    assertThat(table.name()).isEqualTo("grad-cam: not to be trusted");
    assertThat(table.stringColumn("passed").asList()).containsExactly("no, vital", "yes");
    Map<String, List<Verdict>> all = new LinkedHashMap<>();
    all.put("grad-cam", List.of(verdict, new Verdict(Light.GREEN, List.of())));
    all.put("sobel", List.of(verdict, verdict));
    Table counts = EvaluationTables.verdicts(all);
    assertThat(counts.columnNames())
        .containsExactly("method", "trustworthy", "doubtful", "not to be trusted");
    assertThat(counts.intColumn("not to be trusted").asList()).containsExactly(1, 2);
    assertThat(counts.intColumn("trustworthy").asList()).containsExactly(1, 0);
    all.put("cam", List.of(new Verdict(Light.NONE, List.of())));
    assertThat(EvaluationTables.verdicts(all).columnNames()).contains("no positive evidence");
  }
}
