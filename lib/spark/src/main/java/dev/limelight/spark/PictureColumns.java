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
 * The columns of a dataset of pictures.
 *
 * @param path the column that identifies a picture
 * @param bytes the column with a picture file's bytes, or null for Spark's image source
 * @param image the column of Spark's image source, or null
 * @param label the column with the true class, or null
 * @param mask the column with the bytes of the mask's picture, or null
 * @param classes the names of the folders that are the true classes, or none
 */
record PictureColumns(
    String path, String bytes, String image, String label, String mask, List<String> classes)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String ORIGIN = "origin";

  PictureColumns {
    classes = List.copyOf(classes);
  }

  /** The columns of a dataset, with defaults for those not set. */
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
    boolean complete =
        names.contains(found.path)
            && names.contains(found.bytes)
            && schema.apply(found.bytes).dataType().equals(DataTypes.BinaryType);
    if (!complete) {
      throw new IllegalArgumentException(
          "pictures need a column "
              + found.path
              + " and a column "
              + found.bytes
              + " of bytes, or Spark's image source, but the columns are "
              + schema.simpleString()
              + "; name them with optColumns");
    }
    return found;
  }

  /** The expression of the column that identifies a picture. */
  String pathExpression() {
    return image == null ? path : image + "." + ORIGIN;
  }

  PictureInput read(Row row, List<Task> tasks) {
    String name = name(row);
    int trueClass = -1;
    try {
      trueClass = label(row, name);
      Picture picture = picture(row, name);
      return new PictureInput(name, trueClass, picture, mask(row, name, picture), tasks, null);
    } catch (IOException | IllegalArgumentException e) {
      return new PictureInput(name, trueClass, null, null, tasks, Failure.of(e));
    }
  }

  private String name(Row row) {
    Row holder = image == null ? row : row.getAs(image);
    return String.valueOf(holder.<Object>getAs(path));
  }

  private int label(Row row, String name) {
    if (label != null) {
      Number value = row.getAs(label);
      return value == null ? -1 : value.intValue();
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

  /** Decodes OpenCV's layout: rows of blue, green, red and perhaps alpha; one channel is grey. */
  private Picture decoded(Row row, String name) throws IOException {
    Row fields = row.getAs(image);
    int width = fields.<Integer>getAs("width");
    int height = fields.<Integer>getAs("height");
    int channels = fields.<Integer>getAs("nChannels");
    byte[] data = fields.getAs("data");
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
