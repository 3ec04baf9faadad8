package dev.limelight.spark;

import dev.limelight.codec.Pictures;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a dataset of pictures.
 *
 * @param source the pictures
 * @param label the column with the true class, or null
 * @param mask the column with the bytes of the mask's picture, or null
 * @param classes the names of the folders that are the true classes, or none
 */
record PictureColumns(
    PictureSource source, @Nullable String label, @Nullable String mask, List<String> classes)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  PictureColumns {
    classes = List.copyOf(classes);
  }

  /** The true class of a picture, or -1. */
  int trueClass(Row row, String path) {
    if (label != null) {
      Number value = row.getAs(label);
      return value == null ? -1 : value.intValue();
    }
    String[] parts = path.split("/");
    return parts.length < 2 ? -1 : classes.indexOf(parts[parts.length - 2]);
  }

  /**
   * The mask of a picture, or null.
   *
   * @throws IOException if it cannot be read, or has another size than the picture
   */
  @Nullable Mask mask(Row row, String path, Picture picture) throws IOException {
    if (mask == null || row.<Object>getAs(mask) == null) {
      return null;
    }
    Mask read =
        Mask.of(Pictures.read(PictureSource.content(row, mask, path), "the mask of " + path));
    if (read.width() != picture.width() || read.height() != picture.height()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the mask of %s is %d x %d and the picture %d x %d; give a mask of that size",
              path,
              read.width(),
              read.height(),
              picture.width(),
              picture.height()));
    }
    return read;
  }
}
