package dev.limelight.spark;

import dev.limelight.Explanation;
import dev.limelight.audit.AuditRow;
import dev.limelight.image.Heatmap;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A row of the result: one map of one picture, or an error.
 *
 * @param path the path of the picture
 * @param label its true class, counted from 0, or -1 if unknown
 * @param prediction the predicted class, or -1 after an error
 * @param predictedLabel the label of the predicted class
 * @param probability the probability of the predicted class; NaN after an error
 * @param target the requested target, such as "top"
 * @param targetLabel the label of the explained class
 * @param method the method's name
 * @param layer the layer of the cut; after an error the requested layer
 * @param scores the values of the metrics by name; metrics that do not apply to this map are
 *     omitted
 * @param box x, y, width and height of {@link Explanation#box} at 0.2, in pixels of the picture;
 *     empty if there is no evidence for the target
 * @param map the raw map, signed, or null after an error
 * @param evidence the data of an audit, or null if no audit was requested
 * @param milliseconds its share of the time of its batch, without reading the picture; NaN after an
 *     error
 * @param error the reason why there is no map, or null
 */
public record ExplainedPicture(
    String path,
    int label,
    int prediction,
    String predictedLabel,
    double probability,
    String target,
    String targetLabel,
    String method,
    String layer,
    Map<String, Double> scores,
    List<Double> box,
    Heatmap map,
    AuditRow evidence,
    double milliseconds,
    String error) {

  private static final double BOX = 0.2;

  /** Copies the collections. */
  public ExplainedPicture {
    scores = Map.copyOf(scores);
    box = List.copyOf(box);
  }

  static ExplainedPicture of(
      PictureInput input,
      Task task,
      Explanation explanation,
      Map<String, Double> scores,
      AuditRow evidence,
      double milliseconds) {
    Rectangle2D box = explanation.box(BOX);
    return new ExplainedPicture(
        input.path(),
        input.label(),
        explanation.predicted(),
        explanation.predictedLabel(),
        explanation.probability(explanation.predicted()),
        task.target(),
        explanation.target() < 0 ? task.target() : explanation.targetLabel(),
        task.method(),
        explanation.provenance().layerText(),
        scores,
        box.isEmpty()
            ? List.of()
            : List.of(box.getX(), box.getY(), box.getWidth(), box.getHeight()),
        explanation.map(),
        evidence,
        milliseconds,
        null);
  }

  static ExplainedPicture failed(PictureInput input, Task task, String reason) {
    return new ExplainedPicture(
        input.path(),
        input.label(),
        -1,
        "",
        Double.NaN,
        task.target(),
        "",
        task.method(),
        task.layer(),
        Map.of(),
        List.of(),
        null,
        null,
        Double.NaN,
        reason);
  }

  /**
   * The columns. {@code map} is {@code mapHeight * mapWidth} little-endian float16, row by row, to
   * be multiplied by {@code mapScale}, the largest absolute value. {@code evidence}, {@code border}
   * and {@code object} are the data of an audit.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType)
          .add("prediction", DataTypes.IntegerType)
          .add("predictedLabel", DataTypes.StringType)
          .add("probability", DataTypes.DoubleType)
          .add("target", DataTypes.StringType, false)
          .add("targetLabel", DataTypes.StringType)
          .add("method", DataTypes.StringType, false)
          .add("layer", DataTypes.StringType)
          .add("scores", scoresType())
          .add("box", DataTypes.createArrayType(DataTypes.DoubleType, false))
          .add("map", DataTypes.BinaryType)
          .add("mapHeight", DataTypes.IntegerType)
          .add("mapWidth", DataTypes.IntegerType)
          .add("mapScale", DataTypes.FloatType)
          .add("mapUnit", DataTypes.StringType)
          .add("evidence", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("border", DataTypes.DoubleType)
          .add("object", DataTypes.DoubleType)
          .add("milliseconds", DataTypes.DoubleType)
          .add("error", DataTypes.StringType);

  private static DataType scoresType() {
    return DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false);
  }

  Row toRow() {
    float scale = map == null ? 0 : Math.max(map.max(), -map.min());
    return RowFactory.create(
        path,
        label < 0 ? null : label,
        prediction < 0 ? null : prediction,
        prediction < 0 ? null : predictedLabel,
        orNull(probability),
        target,
        targetLabel.isEmpty() ? null : targetLabel,
        method,
        layer.isEmpty() ? null : layer,
        CollectionConverters.asScala(scores),
        box.isEmpty() ? null : box.toArray(Double[]::new),
        map == null ? null : Float16.bytes(scaled(map.values(), scale == 0 ? 1 : 1 / scale)),
        map == null ? null : map.height(),
        map == null ? null : map.width(),
        map == null ? null : scale,
        map == null ? null : map.unit(),
        evidence == null ? null : boxed(evidence.map()),
        evidence == null ? null : orNull(evidence.border()),
        evidence == null ? null : orNull(evidence.object()),
        orNull(milliseconds),
        error);
  }

  /** Reads a row of {@link #SCHEMA} back; the map has the precision of float16. */
  public static ExplainedPicture of(Row row) {
    byte[] map = row.getAs("map");
    Map<String, Double> scores = new HashMap<>();
    row.<String, Double>getJavaMap(row.fieldIndex("scores")).forEach(scores::put);
    int label = number(row, "label");
    int prediction = number(row, "prediction");
    return new ExplainedPicture(
        row.getAs("path"),
        label,
        prediction,
        text(row, "predictedLabel"),
        real(row, "probability"),
        row.getAs("target"),
        text(row, "targetLabel"),
        row.getAs("method"),
        text(row, "layer"),
        scores,
        row.isNullAt(row.fieldIndex("box")) ? List.of() : row.getList(row.fieldIndex("box")),
        map == null
            ? null
            : new Heatmap(
                row.<Integer>getAs("mapWidth"),
                row.<Integer>getAs("mapHeight"),
                scaled(Float16.values(map), row.<Float>getAs("mapScale")),
                row.getAs("mapUnit")),
        row.isNullAt(row.fieldIndex("evidence")) ? null : evidence(row, 0),
        real(row, "milliseconds"),
        row.getAs("error"));
  }

  /**
   * The audit data of a row, which was explained with {@code optAudit}.
   *
   * @param index its index in the set
   */
  static AuditRow evidence(Row row, int index) {
    String path = row.getAs("path");
    if (row.getAs("error") != null) {
      return AuditRow.failed(index, path, row.getAs("error"));
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

  private static Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
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
