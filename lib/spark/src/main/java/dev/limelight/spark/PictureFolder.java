package dev.limelight.spark;

import dev.limelight.codec.Pictures;
import dev.limelight.data.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The pictures below a folder of any file system that Spark can read: columns {@code path}, {@code
 * content} and {@code mask}, from a file NAME.mask.png next to NAME.jpg. Spark's own {@code
 * binaryFile} source omits empty files; this class lists them as pictures that cannot be read.
 *
 * @param images the pictures
 * @param size their number
 * @param classes the names of their folders below the given one, in order
 * @param notes what was left out, a sentence each
 */
public record PictureFolder(
    Dataset<Row> images, long size, List<String> classes, List<String> notes) {

  private static final String AT_END = ImageSet.MASK_ENDING.replace(".", "\\.") + "$";
  private static final String STEM = "limelight_stem";

  /** Copies the lists. */
  public PictureFolder {
    classes = List.copyOf(classes);
    notes = List.copyOf(notes);
  }

  /**
   * Lists a folder recursively; the files are read when the dataset is evaluated.
   *
   * @throws IOException if there is no such folder, or it has no pictures
   */
  public static PictureFolder of(SparkSession spark, String folder) throws IOException {
    Path root = new Path(folder);
    FileSystem files = root.getFileSystem(spark.sessionState().newHadoopConf());
    if (!files.exists(root) || !files.getFileStatus(root).isDirectory()) {
      throw new IOException(
          "pictures must be in a folder, but " + folder + " is not a folder; give one");
    }
    List<Row> empty = new ArrayList<>();
    TreeSet<String> classes = new TreeSet<>();
    boolean masks = false;
    long size = 0;
    long beside = 0;
    long leftOut = 0;
    for (FileStatus file : below(files, root)) {
      String name = file.getPath().getName().toLowerCase(Locale.ROOT);
      if (name.startsWith(".") || name.startsWith("_")) {
        continue;
      }
      if (!Pictures.isPictureName(name)) {
        leftOut++;
        continue;
      }
      if (name.endsWith(ImageSet.MASK_ENDING)) {
        masks = true;
        continue;
      }
      size++;
      if (file.getPath().getParent().equals(files.makeQualified(root))) {
        beside++;
      } else {
        classes.add(file.getPath().getParent().getName());
      }
      if (file.getLen() == 0) {
        empty.add(RowFactory.create(file.getPath().toString(), new byte[0]));
      }
    }
    if (size == 0) {
      throw new IOException(
          folder
              + " contains no pictures; their names end in "
              + String.join(", ", Pictures.ENDINGS));
    }
    List<String> notes = new ArrayList<>();
    if (beside > 0 && !classes.isEmpty()) {
      notes.add(beside + " pictures lie beside the class folders and have no true class");
    }
    if (leftOut > 0) {
      notes.add(
          leftOut
              + (leftOut == 1 ? " file is" : " files are")
              + " left out, since names of pictures end in "
              + String.join(", ", Pictures.ENDINGS));
    }
    return new PictureFolder(
        images(spark, folder, empty, masks), size, List.copyOf(classes), notes);
  }

  /** Does not use listFiles, which starts a process for each file of a local disk. */
  private static List<FileStatus> below(FileSystem files, Path folder) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    RemoteIterator<FileStatus> all = files.listStatusIterator(folder);
    while (all.hasNext()) {
      FileStatus file = all.next();
      if (file.isDirectory()) {
        found.addAll(below(files, file.getPath()));
      } else {
        found.add(file);
      }
    }
    return found;
  }

  private static Dataset<Row> images(
      SparkSession spark, String folder, List<Row> empty, boolean masks) {
    Dataset<Row> images = files(spark, folder, anyCase(Pictures.LISTED)).select("path", "content");
    if (masks) {
      images = images.where(functions.not(functions.col("path").rlike("(?i)" + AT_END)));
    }
    if (!empty.isEmpty()) {
      StructType columns =
          new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType);
      images = images.union(spark.createDataset(empty, Encoders.row(columns)));
    }
    if (!masks) {
      return images.withColumn("mask", functions.lit(null).cast(DataTypes.BinaryType));
    }
    Dataset<Row> maskFiles =
        files(spark, folder, "*" + ImageSet.MASK_ENDING)
            .select(
                functions.regexp_replace(functions.col("path"), AT_END, "").as(STEM),
                functions.col("content").as("mask"));
    return images
        .withColumn(STEM, functions.regexp_replace(functions.col("path"), "\\.[^./]*$", ""))
        .join(maskFiles, new String[] {STEM}, "left_outer")
        .select("path", "content", "mask");
  }

  private static Dataset<Row> files(SparkSession spark, String folder, String glob) {
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", true)
        .option("pathGlobFilter", glob)
        .load(folder);
  }

  /** A glob pattern of file names with these endings in upper or lower case. */
  private static String anyCase(List<String> endings) {
    StringBuilder glob = new StringBuilder("*.{");
    for (String ending : endings) {
      glob.append(glob.length() > 3 ? "," : "");
      ending
          .chars()
          .forEach(
              c ->
                  glob.append('[')
                      .append((char) c)
                      .append(Character.toUpperCase((char) c))
                      .append(']'));
    }
    return glob.append('}').toString();
  }
}
