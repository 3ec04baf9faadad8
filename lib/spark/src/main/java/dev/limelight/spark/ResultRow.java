package dev.limelight.spark;

import dev.limelight.audit.AuditRow;
import dev.limelight.image.Heatmap;
import dev.limelight.spark.ExplainedPicture.Explained;
import dev.limelight.spark.ExplainedPicture.Failed;
import dev.limelight.spark.ExplainedPicture.Outcome;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.jdk.javaapi.CollectionConverters;

/** Writes and reads rows of {@link ExplainedPicture#SCHEMA}. */
final class ResultRow {

  private ResultRow() {}

  /** A row; what is unknown, empty or not a number is null in it. */
  static Row of(ExplainedPicture picture) {
    Map<String, Object> cells = new HashMap<>();
    cells.put("path", picture.path());
    cells.put("target", picture.target());
    cells.put("method", picture.method());
    put(cells, "layer", picture.layer());
    if (picture.label() >= 0) {
      cells.put("label", picture.label());
    }
    Map<String, Double> scores = Map.of();
    if (picture.outcome() instanceof Explained found) {
      scores = found.scores();
      put(cells, found);
    } else {
      cells.put("error", picture.error());
    }
    cells.put("scores", CollectionConverters.asScala(scores));
    return RowFactory.create(
        Arrays.stream(ExplainedPicture.SCHEMA.fieldNames()).map(cells::get).toArray());
  }

  private static void put(Map<String, Object> cells, Explained found) {
    cells.put("prediction", found.prediction());
    cells.put("predictedLabel", found.predictedLabel());
    put(cells, "probability", found.probability());
    put(cells, "targetLabel", found.targetLabel());
    if (!found.box().isEmpty()) {
      cells.put("box", found.box().toArray(Double[]::new));
    }
    Heatmap map = found.map();
    float scale = Math.max(map.max(), -map.min());
    cells.put("map", Float16.bytes(scaled(map.values(), scale == 0 ? 1 : 1 / scale)));
    cells.put("mapHeight", map.height());
    cells.put("mapWidth", map.width());
    cells.put("mapScale", scale);
    cells.put("mapUnit", map.unit());
    AuditRow evidence = found.evidence();
    if (evidence != null) {
      cells.put("evidence", boxed(evidence.map()));
      put(cells, "border", evidence.border());
      put(cells, "object", evidence.object());
    }
    if (!found.notes().isEmpty()) {
      cells.put("notes", found.notes().toArray(String[]::new));
    }
    put(cells, "milliseconds", found.milliseconds());
  }

  private static void put(Map<String, Object> cells, String column, double value) {
    if (!Double.isNaN(value)) {
      cells.put(column, value);
    }
  }

  private static void put(Map<String, Object> cells, String column, String text) {
    if (!text.isEmpty()) {
      cells.put(column, text);
    }
  }

  static ExplainedPicture read(Row row) {
    return new ExplainedPicture(
        row.getAs("path"),
        number(row, "label"),
        row.getAs("target"),
        row.getAs("method"),
        text(row, "layer"),
        outcome(row));
  }

  private static Outcome outcome(Row row) {
    String error = row.getAs("error");
    if (error != null) {
      return new Failed(error);
    }
    Map<String, Double> scores = new HashMap<>();
    row.<String, Double>getJavaMap(row.fieldIndex("scores")).forEach(scores::put);
    return new Explained(
        number(row, "prediction"),
        text(row, "predictedLabel"),
        real(row, "probability"),
        text(row, "targetLabel"),
        scores,
        has(row, "box") ? row.getList(row.fieldIndex("box")) : List.of(),
        new Heatmap(
            row.<Integer>getAs("mapWidth"),
            row.<Integer>getAs("mapHeight"),
            scaled(Float16.values(row.getAs("map")), row.<Float>getAs("mapScale")),
            row.getAs("mapUnit")),
        has(row, "evidence") ? evidence(row, 0) : null,
        has(row, "notes") ? row.getList(row.fieldIndex("notes")) : List.of(),
        real(row, "milliseconds"));
  }

  /**
   * The audit data of a row, which was explained with {@code optAudit}.
   *
   * @param index its index in the set
   */
  static AuditRow evidence(Row row, int index) {
    String path = row.getAs("path");
    String error = row.getAs("error");
    if (error != null) {
      return AuditRow.failed(index, path, error);
    }
    List<Float> cells = row.getList(row.fieldIndex("evidence"));
    float[] map = new float[cells.size()];
    for (int i = 0; i < map.length; i++) {
      map[i] = cells.get(i);
    }
    return new AuditRow(
        index,
        path,
        number(row, "label"),
        number(row, "prediction"),
        text(row, "predictedLabel"),
        real(row, "probability"),
        map,
        real(row, "border"),
        real(row, "object"),
        "");
  }

  private static boolean has(Row row, String column) {
    return !row.isNullAt(row.fieldIndex(column));
  }

  private static int number(Row row, String column) {
    Integer value = row.getAs(column);
    return value == null ? -1 : value;
  }

  private static double real(Row row, String column) {
    Double value = row.getAs(column);
    return value == null ? Double.NaN : value;
  }

  private static String text(Row row, String column) {
    String value = row.getAs(column);
    return value == null ? "" : value;
  }

  private static float[] scaled(float[] values, float by) {
    float[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= by;
    }
    return scaled;
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return boxed;
  }
}
