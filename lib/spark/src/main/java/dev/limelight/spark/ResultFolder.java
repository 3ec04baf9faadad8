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

/** A folder of Parquet files with what they were made by beside them. */
final class ResultFolder {

  /** Spark reads no file whose name begins so. */
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
   * Writes down what makes the results, or compares it.
   *
   * @throws IOException if results are there that something else has made
   */
  void begin(String described) throws IOException {
    Path file = new Path(folder, SETTINGS);
    if (files.exists(file)) {
      try (InputStream in = files.open(file)) {
        String before = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!before.equals(described)) {
          throw new IOException(
              folder
                  + " holds results made otherwise ("
                  + difference(before, described)
                  + "); choose another folder");
        }
      }
      return;
    }
    if (!isEmpty()) {
      throw new IOException(
          folder + " holds Parquet files and no " + SETTINGS + "; choose another folder");
    }
    files.mkdirs(folder);
    try (OutputStream out = files.create(file, false)) {
      out.write(described.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String difference(String before, String now) {
    String[] old = before.split("\n");
    String[] wanted = now.split("\n");
    for (int i = 0; i < Math.min(old.length, wanted.length); i++) {
      if (!old[i].equals(wanted[i])) {
        return old[i] + ", and now " + wanted[i];
      }
    }
    return "by another version";
  }

  /** Whether no results are there. */
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
