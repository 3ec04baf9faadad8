package dev.limelight.spark;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A folder of Parquet files, with a file of the settings that produced them and, after a run, a
 * manifest of what there is and what should be known about it.
 */
final class ResultFolder {

  /** Spark ignores files whose names start with an underscore. */
  private static final String SETTINGS = "_limelight.txt";

  private static final String MANIFEST = "_manifest.json";

  private static final String MODEL_NOTES = "modelNotes";

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final SparkSession spark;
  private final Path folder;
  private final FileSystem files;

  ResultFolder(SparkSession spark, String folder) throws IOException {
    this.spark = spark;
    this.folder = new Path(folder);
    this.files = this.folder.getFileSystem(spark.sessionState().newHadoopConf());
  }

  /**
   * Stores the settings, or compares them with the stored ones.
   *
   * @throws IOException if the folder has results of other settings
   */
  void begin(String described) throws IOException {
    Path file = new Path(folder, SETTINGS);
    if (files.exists(file)) {
      try (InputStream in = files.open(file)) {
        String before = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!before.equals(described)) {
          throw new IOException(
              folder
                  + " has results of other settings ("
                  + difference(before, described)
                  + "); choose another folder");
        }
      }
      return;
    }
    if (!isEmpty()) {
      throw new IOException(
          folder + " has Parquet files but no " + SETTINGS + "; choose another folder");
    }
    try {
      files.mkdirs(folder);
      try (OutputStream out = files.create(file, false)) {
        out.write(described.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
      throw new IOException(
          "cannot write to " + folder + " (" + reason + "); choose another folder", e);
    }
  }

  /** What earlier runs noted of the model. */
  List<String> modelNotes() throws IOException {
    Path file = new Path(folder, MANIFEST);
    if (!files.exists(file)) {
      return List.of();
    }
    try (InputStream in = files.open(file)) {
      JsonObject manifest =
          JSON.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8), JsonObject.class);
      return manifest.getAsJsonArray(MODEL_NOTES).asList().stream()
          .map(JsonElement::getAsString)
          .toList();
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      return List.of();
    }
  }

  /** Stores what a run found. */
  void end(ClusterRun.Result result, List<String> modelNotes) throws IOException {
    Map<String, Object> manifest = new LinkedHashMap<>();
    try (InputStream in = files.open(new Path(folder, SETTINGS))) {
      String settings = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      manifest.put("settings", settings.lines().toList());
    }
    manifest.put("pictures", result.pictures());
    manifest.put("rows", result.rows());
    manifest.put("failures", result.failures());
    manifest.put(MODEL_NOTES, modelNotes);
    manifest.put("notes", result.notes());
    try (OutputStream out = files.create(new Path(folder, MANIFEST), true)) {
      out.write((JSON.toJson(manifest) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String difference(String before, String now) {
    String[] stored = before.split("\n");
    String[] requested = now.split("\n");
    for (int i = 0; i < Math.min(stored.length, requested.length); i++) {
      if (!stored[i].equals(requested[i])) {
        return stored[i] + ", and now " + requested[i];
      }
    }
    return "by another version";
  }

  /** Whether there are no results. */
  boolean isEmpty() throws IOException {
    if (!files.exists(folder)) {
      return true;
    }
    for (FileStatus file : files.listStatus(folder)) {
      if (file.getPath().getName().endsWith(".parquet")) {
        return false;
      }
    }
    return true;
  }

  Dataset<Row> read() {
    return spark.read().schema(ExplainedPicture.SCHEMA).parquet(folder.toString());
  }
}
