package dev.limelight.spark;

import dev.limelight.codec.Masks;
import dev.limelight.data.ClassNames;
import dev.limelight.data.TrueClasses;
import dev.limelight.image.Picture;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a dataset of pictures.
 *
 * @param source the pictures
 * @param label the column with the true class, or null
 * @param mask the column with the bytes of the mask's picture, or null
 * @param classes the names of the folders that are the true classes, in the order of the network's
 *     classes, or none
 * @param folders the names of the folders whose classes are found by the network's labels, or none
 */
record PictureColumns(
    PictureSource source,
    @Nullable String label,
    @Nullable String mask,
    List<String> classes,
    List<String> folders)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  PictureColumns {
    classes = List.copyOf(classes);
    folders = List.copyOf(folders);
  }

  /**
   * The true classes of a picture: several if classes have the same name, none if it is unknown.
   *
   * @param network the classes that the folders stand for
   */
  List<Integer> trueClasses(Row row, String path, TrueClasses network) {
    if (label != null) {
      Number value = row.getAs(label);
      return value == null || value.intValue() < 0 ? List.of() : List.of(value.intValue());
    }
    String[] parts = path.split("/");
    String folder = parts.length < 2 ? "" : parts[parts.length - 2];
    return folders.isEmpty() ? new ClassNames(classes).indices(folder) : network.of(folder);
  }

  /**
   * The mask of a picture, or null.
   *
   * @throws IOException if it cannot be read, or has another size than the picture
   */
  Masks.@Nullable OfPicture mask(Row row, String path, Picture picture) throws IOException {
    if (mask == null || row.<Object>getAs(mask) == null) {
      return null;
    }
    return Masks.read(
        PictureSource.content(row, mask, path),
        "the mask of " + path,
        source.content(row, path),
        picture);
  }
}
