package dev.limelight.spark;

import dev.limelight.Explanation;
import dev.limelight.audit.AuditRow;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A row of the result: one map of one picture, or the reason why there is none.
 *
 * @param path the path of the picture
 * @param label its true class, counted from 0, or -1 if unknown
 * @param target the requested target, such as "top"
 * @param method the method's name
 * @param layer the layer of the cut; after an error the requested layer
 * @param outcome the map, or the reason why there is none
 */
public record ExplainedPicture(
    String path, int label, String target, String method, String layer, Outcome outcome) {

  private static final double BOX = 0.2;

  /** A map, or the reason why there is none. */
  public sealed interface Outcome permits Explained, Failed {}

  /**
   * A map, and the prediction that it explains.
   *
   * @param prediction the predicted class
   * @param predictedLabel the label of the predicted class
   * @param probability the probability of the predicted class
   * @param targetLabel the label of the explained class
   * @param scores the values of the metrics by name; metrics that do not apply to this map are
   *     omitted
   * @param box x, y, width and height of {@link Explanation#box} at 0.2, in pixels of the picture;
   *     empty if there is no evidence for the target
   * @param map the raw map, signed
   * @param evidence the data of an audit, or null if no audit was requested
   * @param notes sentences on how the picture was read, as {@link Picture#notes()}
   * @param milliseconds its share of the time of its batch, without reading the picture
   */
  public record Explained(
      int prediction,
      String predictedLabel,
      double probability,
      String targetLabel,
      Map<String, Double> scores,
      List<Double> box,
      Heatmap map,
      @Nullable AuditRow evidence,
      List<String> notes,
      double milliseconds)
      implements Outcome {

    /** Copies the collections. */
    public Explained {
      scores = Map.copyOf(scores);
      box = List.copyOf(box);
      notes = List.copyOf(notes);
    }
  }

  /**
   * No map.
   *
   * @param reason one sentence
   */
  public record Failed(String reason) implements Outcome {}

  /**
   * The columns. {@code map} is {@code mapHeight * mapWidth} little-endian float16, row by row, to
   * be multiplied by {@code mapScale}, the largest absolute value. {@code evidence}, {@code border}
   * and {@code object} are the data of an audit; {@code notes} says how the picture was read.
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
          .add("notes", DataTypes.createArrayType(DataTypes.StringType, false))
          .add("milliseconds", DataTypes.DoubleType)
          .add("error", DataTypes.StringType);

  private static DataType scoresType() {
    return DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false);
  }

  static ExplainedPicture of(
      PictureInput input,
      Task task,
      Explanation explanation,
      Map<String, Double> scores,
      @Nullable AuditRow evidence,
      double milliseconds) {
    Rectangle2D box = explanation.box(BOX);
    Picture picture = explanation.picture();
    return new ExplainedPicture(
        input.path(),
        input.example().label(explanation.predicted()),
        task.target(),
        task.method(),
        explanation.provenance().layerText(),
        new Explained(
            explanation.predicted(),
            explanation.predictedLabel(),
            explanation.probability(explanation.predicted()),
            explanation.target() < 0 ? task.target() : explanation.targetLabel(),
            scores,
            box.isEmpty()
                ? List.of()
                : List.of(box.getX(), box.getY(), box.getWidth(), box.getHeight()),
            explanation.map(),
            evidence,
            picture == null ? List.of() : picture.notes(),
            milliseconds));
  }

  static ExplainedPicture failed(String path, int label, Task task, String reason) {
    return new ExplainedPicture(
        path, label, task.target(), task.method(), task.layer(), new Failed(reason));
  }

  /** Reads a row of {@link #SCHEMA} back; the map has the precision of float16. */
  public static ExplainedPicture of(Row row) {
    return ResultRow.read(row);
  }

  /** Whether there is no map. */
  public boolean failed() {
    return outcome instanceof Failed;
  }

  /** The reason why there is no map; empty if there is one. */
  public String error() {
    return outcome instanceof Failed failure ? failure.reason() : "";
  }

  /**
   * The map.
   *
   * @throws IllegalStateException if there is none; the message has the reason
   */
  public Explained explained() {
    if (outcome instanceof Explained found) {
      return found;
    }
    throw new IllegalStateException(path + " has no map: " + error());
  }
}
