package dev.limelight.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of pictures as far as they are named; the dataset decides about the others.
 *
 * @param files the columns of picture files, or null for those of Spark's sources
 * @param label the column with the true class, or null
 * @param mask the column with the bytes of the mask's picture, or null
 * @param classes the names of the folders that are the true classes, in the order of the network's
 *     classes, or none
 * @param folders the names of the folders, of which each executor finds the classes by the labels
 *     of its network, or none
 */
record ColumnSettings(
    PictureSource.@Nullable Encoded files,
    @Nullable String label,
    @Nullable String mask,
    List<String> classes,
    List<String> folders) {

  static final ColumnSettings OF_SPARK = new ColumnSettings(null, null, null, List.of(), List.of());

  ColumnSettings {
    classes = List.copyOf(classes);
    folders = List.copyOf(folders);
  }

  ColumnSettings withFiles(PictureSource.Encoded named) {
    return new ColumnSettings(named, label, mask, classes, folders);
  }

  ColumnSettings withLabel(@Nullable String column) {
    return new ColumnSettings(files, column, mask, classes, folders);
  }

  ColumnSettings withMask(@Nullable String column) {
    return new ColumnSettings(files, label, column, classes, folders);
  }

  /** Folders take the place of a column of true classes. */
  ColumnSettings withClasses(List<String> inOrder) {
    return new ColumnSettings(files, null, mask, inOrder, List.of());
  }

  /** Folders take the place of a column of true classes. */
  ColumnSettings withFolders(List<String> names) {
    return new ColumnSettings(files, null, mask, List.of(), names);
  }

  /**
   * The columns of a dataset.
   *
   * @throws IllegalArgumentException if they are missing
   */
  PictureColumns in(StructType schema) {
    return new PictureColumns(source(schema), label, mask, classes, folders);
  }

  private PictureSource source(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (files == null && names.contains("image") && !names.contains("content")) {
      return new PictureSource.Decoded("image");
    }
    PictureSource.Encoded found =
        files == null ? new PictureSource.Encoded("path", "content") : files;
    boolean complete =
        names.contains(found.column())
            && names.contains(found.bytes())
            && schema.apply(found.bytes()).dataType().equals(DataTypes.BinaryType);
    if (!complete) {
      throw new IllegalArgumentException(
          "pictures need a column "
              + found.column()
              + " and a column "
              + found.bytes()
              + " of bytes, or Spark's image source, but the columns are "
              + schema.simpleString()
              + "; name them with optColumns");
    }
    return found;
  }
}
