package dev.limelight.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Audits of few pictures say nothing about classes. */
class SmallAuditTest {

  /** A picture whose evidence is all in one cell. */
  private static AuditRow row(int index, int predicted, int cell) {
    float[] map = new float[AuditRow.SIDE * AuditRow.SIDE];
    map[cell] = 1;
    return new AuditRow(
        index,
        "picture " + index,
        -1,
        predicted,
        "class " + predicted,
        0.9,
        map,
        0,
        Double.NaN,
        "");
  }

  @Test
  void sevenMapsAreNoClusterAndEightAre() {
    List<AuditRow> rows = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      rows.add(row(i, 0, 17));
    }
    Audit few = Audit.of(rows, 0);
    assertThat(few.clusters()).isEmpty();
    assertThat(few)
        .hasToString(
            "7 pictures, 1 predicted class, 0 failures\n"
                + "1 of 1 class has fewer than 8 maps, too few to see whether evidence always lies in"
                + " one place, as that of a watermark does");
    rows.add(row(7, 0, 17));
    assertThat(Audit.of(rows, 0).clusters()).hasSize(1);
    assertThat(Audit.of(rows, 0).tooSmall()).isZero();
  }

  @Test
  void onePictureOfEachOfSevenClassesIsNotSuspicious() {
    List<AuditRow> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rows.add(row(i, Math.min(i, 6), 30 * i));
    }
    Audit audit = Audit.of(rows, 0);
    assertThat(audit.clusters()).isEmpty();
    assertThat(audit.suspicious()).isEmpty();
    assertThat(audit.toString()).doesNotContain("no class is recognised by location");
  }

  @Test
  void onePictureApartIsNoCluster() {
    List<AuditRow> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(row(i, 0, i == 3 ? 250 : 17));
    }
    for (Cluster cluster : Audit.of(rows, 0).clusters()) {
      assertThat(cluster.members()).hasSizeGreaterThan(1);
    }
  }

  @Test
  void onePictureIsSingular() {
    AuditRow failed = AuditRow.failed(0, "a", "damaged");
    assertThat(Audit.of(List.of(failed), 0).toString())
        .startsWith("1 picture, 0 predicted classes, 1 failure");
  }
}
