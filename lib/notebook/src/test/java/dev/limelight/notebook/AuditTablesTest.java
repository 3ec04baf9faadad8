package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.notebook.chart.AuditCharts;
import dev.limelight.notebook.chart.Chart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class AuditTablesTest {

  /** Maps of one class have their evidence in one cell, those of the other anywhere. */
  private static Audit audit() {
    List<AuditRow> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      float[] map = new float[AuditRow.SIDE * AuditRow.SIDE];
      if (i % 2 == 0) {
        map[map.length - 20] = 1;
      } else {
        Arrays.fill(map, 1f / map.length);
      }
      rows.add(
          new AuditRow(
              i, "p" + i, i % 2, i % 2, i % 2 == 0 ? "cat" : "dog", 0.9, map, 0.25, 0.5, ""));
    }
    return Audit.of(rows, 0);
  }

  @Test
  void classesHaveTheirShares() {
    Table classes = AuditTables.classes(audit());

    assertThat(classes.stringColumn("taken for").asList()).containsExactly("cat", "dog");
    assertThat(classes.intColumn("pictures").asList()).containsExactly(20, 20);
    assertThat(classes.intColumn("background, %").get(0)).isEqualTo(25);
    assertThat(classes.intColumn("object, %").get(1)).isEqualTo(50);
  }

  @Test
  void theSuspiciousClusterIsFirst() {
    Table clusters = AuditTables.clusters(audit());

    assertThat(clusters.row(0).getString("taken for")).isEqualTo("cat");
    assertThat(clusters.row(0).getString("suspicious")).isEqualTo("yes");
    assertThat(clusters.row(0).getInt("look there, %")).isEqualTo(100);
    assertThat(clusters.row(0).getInt("others there, %")).isZero();
    assertThat(clusters.row(clusters.rowCount() - 1).getString("suspicious")).isEqualTo("no");
    Audit one = Audit.of(audit().rows().stream().filter(row -> row.predicted() == 0).toList(), 0);
    assertThat(AuditTables.clusters(one).intColumn("others there, %").isMissing(0)).isTrue();
    assertThat(Renderings.of(clusters).html()).contains(">Maps that lie alike</caption>");
  }

  @Test
  void clustersAndMeanMapsAreFigures() {
    Chart clusters = AuditCharts.clusters(audit());

    assertThat(clusters.altText())
        .contains("pictures that look there, %")
        .contains("1: cat, ")
        .contains("(!) (taken for this class) 100")
        .contains("(!) (all others) 0");
    assertThat(clusters.toImage().getWidth()).isEqualTo(1200);
    assertThat(AuditCharts.meanMaps(audit()).altText())
        .contains("taken for cat")
        .contains("taken for dog");
  }
}
