package dev.limelight.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A folder of Parquet files, with a file of the settings that produced them. */
final class ResultFolder {

  /** Spark ignores files whose names start with an underscore. */
  private static final String SETTINGS = "_limelight.txt";

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
