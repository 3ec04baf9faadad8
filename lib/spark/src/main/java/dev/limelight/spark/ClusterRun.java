package dev.limelight.spark;

import dev.limelight.audit.Audit;
import dev.limelight.model.EngineName;
import dev.limelight.support.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * A complete job with its session, as run by the command line: on {@code local[*]}, on a master, or
 * with {@code spark-submit}, which sets the master. Pictures, model and folder are required.
 */
public final class ClusterRun {

  /** How many of the missing maps are named. */
  private static final int SHOWN = 20;

  private static final Pattern REFUSED = Pattern.compile("JobRefusedException: (.*)");

  private final LimelightJobBuilder job;
  private final Map<String, String> conf = new LinkedHashMap<>();
  private @Nullable String model;
  private @Nullable EngineName engine;
  private @Nullable String images;
  private @Nullable String out;
  private @Nullable String master;
  private boolean audit;
  private Progress progress = (done, total) -> {};

  /** Receives the progress of a run, on one of Spark's threads. */
  public interface Progress {
    /** Called with the numbers of finished pictures and of all pictures. */
    void reached(long done, long total);
  }

  /**
   * The content of the result folder after a run.
   *
   * @param pictures the number of pictures
   * @param rows the number of rows, one for each map
   * @param failures the number of rows with an error instead of a map
   * @param audits the audits by method name, if requested
   * @param notes what should be known about pictures and maps, a sentence each
   */
  public record Result(
      long pictures, long rows, long failures, Map<String, Audit> audits, List<String> notes) {}

  /** What every run needs. */
  private record Paths(String model, String images, String out) {}

  /**
   * Starts with the settings of a job.
   *
   * @param job a job without model and columns
   */
  public ClusterRun(LimelightJobBuilder job) {
    this.job = job;
  }

  /** The model: a path on this machine, or a path or name that executors can find; required. */
  public ClusterRun setModel(String path) {
    model = path;
    return this;
  }

  /** The engine, or null for the engine of the model's format. */
  public ClusterRun optEngine(@Nullable EngineName name) {
    engine = name;
    return this;
  }

  /** The folder of pictures, on any file system that Spark can read; required. */
  public ClusterRun setImages(String folder) {
    images = folder;
    return this;
  }

  /** The folder for Parquet files; missing results are added to existing ones. Required. */
  public ClusterRun setOut(String folder) {
    out = folder;
    return this;
  }

  /** Spark's master, or null for the master of spark-submit or else {@code local[*]}. */
  public ClusterRun optMaster(@Nullable String url) {
    master = url;
    return this;
  }

  /** Spark's own settings. */
  public ClusterRun optConf(Map<String, String> settings) {
    conf.putAll(settings);
    return this;
  }

  /** Audits the whole set at the end. */
  public ClusterRun optAudit(boolean requested) {
    audit = requested;
    return this;
  }

  /** Receives the progress. */
  public ClusterRun optProgress(Progress newProgress) {
    progress = newProgress;
    return this;
  }

  /**
   * Runs.
   *
   * @throws IOException if the pictures, the model or the folder cannot be used
   */
  public Result run() throws IOException {
    Paths paths =
        new Paths(
            Objects.requireNonNull(model, "setModel is required"),
            Objects.requireNonNull(images, "setImages is required"),
            Objects.requireNonNull(out, "setOut is required"));
    ClusterSettings settings = ClusterSettings.of(new SparkConf(), master, conf, paths.model());
    SparkSession spark = SparkSession.builder().config(settings.conf()).getOrCreate();
    try {
      spark.sparkContext().setLogLevel("OFF");
      return run(spark, settings.local(), paths);
    } catch (IOException | IllegalArgumentException e) {
      throw e;
    } catch (Exception e) {
      // Scala throws undeclared checked exceptions.
      throw new IOException(message(e), e);
    } finally {
      spark.stop();
      if (settings.local()) {
        ExecutorModels.close();
      }
    }
  }

  private Result run(SparkSession spark, boolean local, Paths paths) throws IOException {
    PictureFolder pictures = PictureFolder.of(spark, paths.images());
    if (local) {
      job.engine().prepare();
    }
    Path onThisMachine = Path.of(paths.model());
    ModelSource source =
        local || !Files.exists(onThisMachine)
            ? ModelSource.of(paths.model())
            : ModelSource.sent(spark, onThisMachine);
    LimelightJob built =
        job.setModel(engine == null ? source : source.on(engine))
            .optAudit(audit)
            .optMaskColumn("mask")
            .optFolders(pictures.classes())
            .build();
    LimelightJob.Reports reports = LimelightJob.Reports.of(pictures.images());
    ResultFolder folder = new ResultFolder(spark, paths.out());
    long before = folder.isEmpty() ? 0 : folder.read().select("path").distinct().count();
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                progress.reached(
                    Math.min(pictures.size(), before + reports.done().value()), pictures.size());
              }
            });
    built.explainTo(pictures.images(), paths.out(), reports);
    Dataset<Row> rows = folder.read();
    Map<String, Audit> audits = new LinkedHashMap<>();
    if (audit) {
      for (String method : job.methods()) {
        audits.put(method, SparkAudit.of(rows, method, 0));
      }
    }
    Set<String> notes = new LinkedHashSet<>(folder.modelNotes());
    notes.addAll(reports.distinct());
    List<String> ofModel = List.copyOf(notes);
    notes.addAll(notes(pictures, rows));
    Result result =
        new Result(
            pictures.size(),
            rows.count(),
            rows.where(rows.col("error").isNotNull()).count(),
            audits,
            List.copyOf(notes));
    folder.end(result, ofModel);
    return result;
  }

  private List<String> notes(PictureFolder pictures, Dataset<Row> rows) {
    List<String> notes = new ArrayList<>(pictures.notes());
    notes.addAll(ofPictures(rows));
    notes.addAll(failures(rows));
    Dataset<Row> maps = rows.where(rows.col("error").isNull());
    long blank = maps.where(maps.col("box").isNull()).count();
    if (blank > 0) {
      notes.add(blank + (blank == 1 ? " map has" : " maps have") + " no positive evidence");
    }
    long unknown =
        audit && !pictures.classes().isEmpty()
            ? maps.where(maps.col("label").isNull()).select("path").distinct().count()
            : 0;
    if (unknown > 0) {
      notes.add(
          "the true classes of "
              + unknown
              + " pictures are unknown, as their folders are no labels and no indices of the"
              + " network's classes");
    }
    return notes;
  }

  /** How pictures were read; one sentence for all that have the same note. */
  private static List<String> ofPictures(Dataset<Row> rows) {
    return rows
        .select(rows.col("path"), functions.explode(rows.col("notes")).as("note"))
        .distinct()
        .groupBy("note")
        .agg(functions.count("*").as("pictures"), functions.min("path").as("first"))
        .orderBy("note")
        .collectAsList()
        .stream()
        .map(
            row ->
                row.getString(2)
                    + (row.getLong(1) == 1 ? "" : " and " + (row.getLong(1) - 1) + " more")
                    + ": "
                    + row.getString(0))
        .toList();
  }

  private static List<String> failures(Dataset<Row> rows) {
    Dataset<Row> failed =
        rows.where(rows.col("error").isNotNull()).select("path", "error").distinct();
    List<String> notes = new ArrayList<>();
    failed
        .orderBy("path")
        .limit(SHOWN)
        .collectAsList()
        .forEach(row -> notes.add(row.getString(0) + " has no map: " + row.getString(1)));
    long more = notes.size() < SHOWN ? 0 : failed.count() - SHOWN;
    if (more > 0) {
      notes.add(Count.of(more, "more reason") + " for a missing map in the column error");
    }
    return notes;
  }

  /** The message of an executor's refusal, or Spark's first line. */
  private static String message(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      Matcher refusal = REFUSED.matcher(String.valueOf(cause.getMessage()));
      if (refusal.find()) {
        return refusal.group(1);
      }
    }
    return "Spark could not run this job: " + firstLine(e);
  }

  private static String firstLine(Throwable e) {
    String text = String.valueOf(e.getMessage());
    return text.strip().lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
