package dev.limelight.spark;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Where a row keeps its picture.
 *
 * @param path the column that tells pictures apart
 * @param bytes the column with a picture file's bytes, or null for Spark's image source
 * @param image the column of Spark's image source, or null
 * @param label the column with the true class, or null
 * @param mask the column with the bytes of the mask's picture, or null
 * @param classes the names of folders by which the true class is known, or none
 */
record PictureColumns(
    String path, String bytes, String image, String label, String mask, List<String> classes)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String ORIGIN = "origin";

  PictureColumns {
    classes = List.copyOf(classes);
  }

  /** Those of a dataset, where they were not told. */
  PictureColumns in(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (bytes == null && names.contains("image") && !names.contains("content")) {
      return new PictureColumns(ORIGIN, null, "image", label, mask, classes);
    }
    PictureColumns found =
        new PictureColumns(
            path == null ? "path" : path,
            bytes == null ? "content" : bytes,
            null,
            label,
            mask,
            classes);
    boolean whole =
        names.contains(found.path)
            && names.contains(found.bytes)
            && schema.apply(found.bytes).dataType().equals(DataTypes.BinaryType);
    if (!whole) {
      throw new IllegalArgumentException(
          "pictures are a column "
              + found.path
              + " and a column "
              + found.bytes
              + " of bytes, or Spark's image source, and the columns are "
              + schema.simpleString()
              + "; name them by optColumns");
    }
    return found;
  }

  /** Where the column that tells pictures apart is found in a dataset. */
  String pathExpression() {
    return image == null ? path : image + "." + ORIGIN;
  }

  PictureInput read(Row row, List<Task> tasks) {
    String name = name(row);
    int known = -1;
    try {
      known = label(row, name);
      Picture picture = picture(row, name);
      return new PictureInput(name, known, picture, mask(row, name, picture), tasks, null);
    } catch (IOException | IllegalArgumentException e) {
      return new PictureInput(name, known, null, null, tasks, Failure.of(e));
    }
  }

  private String name(Row row) {
    Row holder = image == null ? row : row.getAs(image);
    return String.valueOf(holder.<Object>getAs(path));
  }

  private int label(Row row, String name) {
    if (label != null) {
      Number known = row.getAs(label);
      return known == null ? -1 : known.intValue();
    }
    String[] parts = name.split("/");
    return parts.length < 2 ? -1 : classes.indexOf(parts[parts.length - 2]);
  }

  private Picture picture(Row row, String name) throws IOException {
    return image == null ? Pictures.read(content(row, bytes, name), name) : decoded(row, name);
  }

  private static byte[] content(Row row, String column, String name) throws IOException {
    byte[] content = row.getAs(column);
    if (content == null) {
      throw new IOException(name + " has no bytes in column " + column);
    }
    return content;
  }

  private Mask mask(Row row, String name, Picture picture) throws IOException {
    if (mask == null || row.<Object>getAs(mask) == null) {
      return null;
    }
    Mask read = Mask.of(Pictures.read(content(row, mask, name), "the mask of " + name));
    if (read.width() != picture.width() || read.height() != picture.height()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the mask of %s is %d x %d and the picture %d x %d; give a mask of that size",
              name,
              read.width(),
              read.height(),
              picture.width(),
              picture.height()));
    }
    return read;
  }

  /** Rows of blue, green, red and perhaps alpha, as OpenCV keeps them; one channel is grey. */
  private Picture decoded(Row row, String name) throws IOException {
    Row held = row.getAs(image);
    int width = held.<Integer>getAs("width");
    int height = held.<Integer>getAs("height");
    int channels = held.<Integer>getAs("nChannels");
    byte[] data = held.getAs("data");
    if (width < 1 || height < 1 || (long) width * height * channels != data.length) {
      throw new IOException(
          name + " is not a picture that Spark's image source could read; use binaryFile instead");
    }
    int[] rgb = new int[width * height];
    for (int i = 0; i < rgb.length; i++) {
      int at = i * channels;
      int blue = data[at] & 255;
      int green = channels == 1 ? blue : data[at + 1] & 255;
      int red = channels == 1 ? blue : data[at + 2] & 255;
      int alpha = channels == 4 ? data[at + 3] & 255 : 255;
      rgb[i] = onWhite(red, alpha) << 16 | onWhite(green, alpha) << 8 | onWhite(blue, alpha);
    }
    return Picture.of(width, height, rgb, name);
  }

  private static int onWhite(int value, int alpha) {
    return Math.round((value * alpha + 255 * (255 - alpha)) / 255f);
  }
}
