package dev.limelight.notebook;

import dev.limelight.audit.Audit;
import dev.limelight.audit.ClassAudit;
import dev.limelight.audit.Cluster;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Audits as Tablesaw tables. */
public final class AuditTables {

  private AuditTables() {}

  /** The shares of the evidence on border, background and object, by predicted class. */
  public static Table classes(Audit audit) {
    StringColumn label = StringColumn.create("taken for");
    IntColumn pictures = IntColumn.create("pictures");
    IntColumn right = IntColumn.create("right, %");
    IntColumn border = IntColumn.create("border, %");
    IntColumn background = IntColumn.create("background, %");
    IntColumn object = IntColumn.create("object, %");
    for (ClassAudit one : audit.classes()) {
      label.append(one.label());
      pictures.append(one.pictures());
      append(right, one.accuracy());
      append(border, one.border());
      append(background, one.background());
      append(object, one.object());
    }
    return Table.create(
        "Mean shares of the evidence", label, pictures, right, border, background, object);
  }

  /** The clusters, the most suspicious first, with the shares of pictures with that evidence. */
  public static Table clusters(Audit audit) {
    StringColumn label = StringColumn.create("taken for");
    IntColumn members = IntColumn.create("alike");
    IntColumn area = IntColumn.create("area, %");
    IntColumn ofClass = IntColumn.create("look there, %");
    IntColumn ofOthers = IntColumn.create("others there, %");
    StringColumn suspicious = StringColumn.create("suspicious");
    for (Cluster one : audit.clusters()) {
      label.append(one.label());
      members.append(one.members().size());
      append(area, one.area());
      append(ofClass, one.shareOfClass());
      append(ofOthers, one.shareOfOthers());
      suspicious.append(EvaluationTables.yes(one.suspicious()));
    }
    return Table.create("Maps that lie alike", label, members, area, ofClass, ofOthers, suspicious);
  }

  /** Appends a share in per cent; missing if unknown. */
  private static void append(IntColumn column, double share) {
    if (Double.isNaN(share)) {
      column.appendMissing();
    } else {
      column.append((int) Math.round(100 * share));
    }
  }
}
