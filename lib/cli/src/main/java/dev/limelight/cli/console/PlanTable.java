package dev.limelight.cli.console;

import dev.limelight.Plan;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What methods would cost, before anything runs. */
public final class PlanTable {

  private PlanTable() {}

  /** Prints a row a method. */
  public static void print(Plan plan, PrintWriter out) {
    Table table = new Table(plan.rows().size() + 1);
    table.row("method", "layer", "passes", "memory", "how");
    for (Plan.Row row : plan.rows()) {
      table.row(row.method(), row.layer(), row.passes(), row.memory(), row.how());
    }
    table.print(out);
  }

  /** The fields of each row, by name. */
  public static List<Map<String, Object>> fields(Plan plan) {
    return plan.rows().stream().map(PlanTable::fields).toList();
  }

  private static Map<String, Object> fields(Plan.Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("method", row.method());
    fields.put("layer", row.layer());
    fields.put("passes", row.passes());
    fields.put("memory", row.memory());
    fields.put("how", row.how());
    return fields;
  }
}
