package dev.limelight.spark;

import dev.limelight.Explainer;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Explains image sets on Apache Spark. Each executor opens the model once; its tasks share it and
 * take turns. The pictures of a partition are read and explained in batches. A picture that cannot
 * be read or explained is a row with the reason. The job ends only if an executor finds no model or
 * a different one.
 */
public final class LimelightJob {

  private final JobSettings settings;
  private final ColumnSettings columns;

  LimelightJob(JobSettings settings, ColumnSettings columns) {
    this.settings = settings;
    this.columns = columns;
  }

  /** Collects the settings. */
  public static LimelightJobBuilder builder() {
    return new LimelightJobBuilder();
  }

  /**
   * Explains pictures, when the result is evaluated.
   *
   * @param images a dataset of Spark's {@code binaryFile} or {@code image} source, or one with a
   *     column that identifies pictures and one with the bytes of their files, in a format that
   *     {@link dev.limelight.codec.Pictures#read(byte[], String)} reads
   * @return rows of {@link ExplainedPicture#SCHEMA}, one for each layer, method and target of a
   *     picture
   * @throws IllegalArgumentException if the columns are missing
   */
  public Dataset<Row> explain(Dataset<Row> images) {
    return explain(images, Reports.of(images));
  }

  /** What executors make of some pictures. */
  @FunctionalInterface
  public interface Work<T> extends Serializable {

    /**
     * Called for each batch.
     *
     * @param explainer at the job's layer
     * @param pictures that could be read
     * @param paths of these
     */
    List<T> of(Explainer explainer, List<String> paths, List<Picture> pictures);
  }

  /**
   * What executors make of pictures, in batches; those that cannot be read are left out.
   *
   * @param images as for {@link #explain(Dataset)}
   * @throws IllegalArgumentException if the job has several layers, or the columns are missing
   */
  public <T> JavaRDD<T> map(Dataset<Row> images, Work<T> work) {
    if (settings.layers().size() > 1) {
      throw new IllegalArgumentException(
          "such work is done at one layer, but the job has " + settings.layers());
    }
    JobSettings job = settings;
    PictureSource source = columns.in(images.schema()).source();
    return images
        .toJavaRDD()
        .mapPartitions(
            rows -> {
              List<T> all = new ArrayList<>();
              while (rows.hasNext()) {
                all.addAll(batch(job, source, rows, work));
              }
              return all.iterator();
            });
  }

  private static <T> List<T> batch(
      JobSettings job, PictureSource source, Iterator<Row> rows, Work<T> work) {
    List<String> paths = new ArrayList<>();
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < job.batch() && rows.hasNext(); i++) {
      Row row = rows.next();
      String path = source.path(row);
      try {
        pictures.add(source.picture(row, path, job.input().range()));
        paths.add(path);
      } catch (IOException e) {
        // A picture that cannot be read has no concepts; explain names such pictures.
        continue;
      }
    }
    String layer = job.layers().isEmpty() ? "" : job.layers().get(0);
    return pictures.isEmpty()
        ? List.of()
        : work.of(ExecutorModels.get(job, layer), paths, pictures);
  }

  Dataset<Row> explain(Dataset<Row> images, Reports reports) {
    JobSettings job = settings;
    PictureColumns found = columns.in(images.schema());
    return images.mapPartitions(
        (MapPartitionsFunction<Row, Row>)
            (Iterator<Row> rows) -> new PartitionRun(job, found, rows, reports),
        Encoders.row(ExplainedPicture.SCHEMA));
  }

  /**
   * What executors tell the driver.
   *
   * @param done the number of finished pictures
   * @param notes what was read, chosen and assumed for the model; each partition adds its own
   */
  record Reports(LongAccumulator done, CollectionAccumulator<String> notes)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    static Reports of(Dataset<Row> images) {
      SparkContext context = images.sparkSession().sparkContext();
      return new Reports(
          context.longAccumulator("pictures explained"),
          context.collectionAccumulator("notes on the model"));
    }

    /** The notes of all partitions, each once. */
    Set<String> distinct() {
      return new LinkedHashSet<>(notes.value());
    }
  }

  /**
   * The pictures with missing maps. A row with an error counts as done; delete it to try again.
   *
   * @param results rows of {@link ExplainedPicture#SCHEMA}
   * @return the pictures, with an additional column for {@link #explain}
   */
  public Dataset<Row> missing(Dataset<Row> images, Dataset<Row> results) {
    PictureColumns found = columns.in(images.schema());
    Column layer =
        settings.layers().isEmpty()
            ? functions.lit("")
            : functions.coalesce(results.col("layer"), functions.lit(""));
    String path = "limelight_path";
    Dataset<Row> done =
        results
            .select(
                results.col("path").as(path),
                functions
                    .concat_ws("\n", layer, results.col("method"), results.col("target"))
                    .as("key"))
            .groupBy(path)
            .agg(functions.collect_set("key").as(JobSettings.DONE));
    String[] requested = settings.tasks().stream().map(settings::key).toArray(String[]::new);
    return images
        .join(
            done,
            images.col(found.source().pathExpression()).cast("string").equalTo(done.col(path)),
            "left_outer")
        .drop(path)
        .where(
            functions
                .col(JobSettings.DONE)
                .isNull()
                .or(
                    functions
                        .size(
                            functions.array_except(
                                functions.lit(requested), functions.col(JobSettings.DONE)))
                        .gt(0)));
  }

  /**
   * Computes the missing maps and adds them to a folder of Parquet files. A stopped job continues
   * when it is run again.
   *
   * @param folder a folder on any file system that Spark can write
   * @throws IOException if the folder has results of another model or other settings
   */
  public void explainTo(Dataset<Row> images, String folder) throws IOException {
    explainTo(images, folder, Reports.of(images));
  }

  void explainTo(Dataset<Row> images, String folder, Reports reports) throws IOException {
    ResultFolder results = new ResultFolder(images.sparkSession(), folder);
    results.begin(settings.described());
    Dataset<Row> missing = results.isEmpty() ? images : missing(images, results.read());
    explain(missing, reports).write().mode(SaveMode.Append).parquet(folder);
  }
}
