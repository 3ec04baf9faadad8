package dev.limelight.spark;

import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.audit.ClassAudit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The {@link Audit} of a set, from the rows of a {@link LimelightJob} with {@code optAudit}. The
 * result is the same as that of an audit on one machine of the same pictures in the order of their
 * paths.
 */
public final class SparkAudit {

  private static final String MAPPED = "mapped";
  private static final String BACKGROUND = "background";

  private SparkAudit() {}

  /**
   * Shares and mean maps of the classes, clusters of similar maps, and suspicious clusters,
   * computed by the executors. The driver receives a small row per picture, without its map.
   *
   * @param rows rows of {@link ExplainedPicture#SCHEMA}, of one model
   * @param method the method whose maps are audited
   * @param seed the seed of the clustering
   * @throws IllegalArgumentException if there are no such rows, or rows of several layers
   */
  public static Audit of(Dataset<Row> rows, String method, long seed) {
    Dataset<Row> audited = audited(rows, method);
    JavaRDD<AuditRow> all =
        audited
            .orderBy("path")
            .toJavaRDD()
            .zipWithIndex()
            .map(row -> ResultRow.evidence(row._1(), Math.toIntExact(row._2())))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<AuditRow> collected = all.map(AuditRow::withoutMap).collect();
      return new Audit(collected, classes(audited), Audit.clusters(new RowMaps(all), seed));
    } finally {
      all.unpersist();
    }
  }

  /**
   * The shares of the evidence by predicted class, computed by the executors.
   *
   * @param rows rows of {@link ExplainedPicture#SCHEMA}, of one model
   * @param method the method whose maps are audited
   * @return the classes in the order of their indices
   * @throws IllegalArgumentException if there are no such rows, or rows of several layers
   */
  public static List<ClassAudit> classes(Dataset<Row> rows, String method) {
    return classes(audited(rows, method));
  }

  private static Dataset<Row> audited(Dataset<Row> rows, String method) {
    Dataset<Row> audited =
        rows.where(
            rows.col("method")
                .equalTo(method)
                .and(rows.col("target").equalTo(JobSettings.TOP))
                .and(rows.col("evidence").isNotNull().or(rows.col("error").isNotNull())));
    List<Row> layers =
        audited
            .where(audited.col("error").isNull())
            .select("layer")
            .distinct()
            .limit(2)
            .collectAsList();
    if (layers.size() != 1) {
      throw new IllegalArgumentException(
          "an audit needs maps of one method at one layer, explained for the top class with"
              + " optAudit, but got "
              + (layers.isEmpty() ? "no such maps" : "maps of several layers")
              + " by "
              + method);
    }
    return audited;
  }

  private static List<ClassAudit> classes(Dataset<Row> audited) {
    Column mapped = functions.size(functions.col("evidence")).gt(0);
    Column right =
        functions.when(
            functions.col("label").isNotNull(),
            functions.col("label").equalTo(functions.col("prediction")).cast("double"));
    Column background =
        functions
            .lit(1)
            .minus(functions.col("border"))
            .minus(functions.coalesce(functions.col("object"), functions.lit(0)));
    Dataset<Row> explained =
        audited
            .where(audited.col("error").isNull())
            .withColumn(MAPPED, mapped)
            .withColumn(BACKGROUND, functions.when(mapped, background));
    Map<Integer, float[]> maps = meanMaps(explained);
    List<ClassAudit> classes = new ArrayList<>();
    for (Row row :
        explained
            .groupBy("prediction")
            .agg(
                functions.first("predictedLabel").as("name"),
                functions.count("*").as("pictures"),
                functions.count(functions.when(mapped, 1)).as(MAPPED),
                functions.avg(right).as("accuracy"),
                functions.avg(functions.when(mapped, functions.col("border"))).as("border"),
                functions.avg(BACKGROUND).as(BACKGROUND),
                functions.avg(functions.when(mapped, functions.col("object"))).as("object"))
            .orderBy("prediction")
            .collectAsList()) {
      int prediction = row.<Integer>getAs("prediction");
      long pictures = row.<Long>getAs("pictures");
      float[] none = new float[AuditRow.SIDE * AuditRow.SIDE];
      classes.add(
          new ClassAudit(
              prediction,
              row.getAs("name"),
              Math.toIntExact(pictures),
              Math.toIntExact(pictures - row.<Long>getAs(MAPPED)),
              share(row, "accuracy"),
              share(row, "border"),
              share(row, BACKGROUND),
              share(row, "object"),
              AuditRow.heatmap(maps.getOrDefault(prediction, none))));
    }
    return classes;
  }

  /** The mean of each cell, by class. */
  private static Map<Integer, float[]> meanMaps(Dataset<Row> explained) {
    Map<Integer, float[]> maps = new HashMap<>();
    explained
        .select(
            functions.col("prediction"),
            functions.posexplode(functions.col("evidence")).as(new String[] {"cell", "share"}))
        .groupBy("prediction", "cell")
        .agg(functions.avg(functions.col("share").cast("double")).as("mean"))
        .collectAsList()
        .forEach(
            row ->
                maps.computeIfAbsent(
                            row.getAs("prediction"),
                            key -> new float[AuditRow.SIDE * AuditRow.SIDE])[
                        row.<Integer>getAs("cell")] =
                    (float) row.<Double>getAs("mean").doubleValue());
    return maps;
  }

  private static double share(Row row, String column) {
    Double value = row.getAs(column);
    return value == null ? Double.NaN : value;
  }
}
