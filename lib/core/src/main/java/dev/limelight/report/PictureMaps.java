package dev.limelight.report;

import dev.limelight.Explanation;
import dev.limelight.image.Picture;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A picture with its maps by several methods, at several layers or for several classes.
 *
 * @param name of the picture on the page, usually the file's name
 * @param note a short remark below the name, such as its true class; may be empty
 * @param maps at least one, all of the same picture
 */
record PictureMaps(String name, String note, List<JudgedMap> maps) {

  /** Checks and copies. */
  PictureMaps {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(note, "note");
    maps = List.copyOf(maps);
    if (maps.isEmpty()) {
      throw new IllegalArgumentException(
          "picture '" + name + "' has no map; give at least one explanation of it");
    }
    Picture first = maps.get(0).explanation().picture();
    for (JudgedMap map : maps) {
      Picture other = map.explanation().picture();
      if (!same(first, other)) {
        throw new IllegalArgumentException(
            "the maps of '"
                + name
                + "' must be of one picture, but got those of "
                + described(first)
                + " and "
                + described(other)
                + "; add each picture separately");
      }
    }
  }

  /** Maps without findings. */
  static PictureMaps of(String name, List<Explanation> explanations) {
    return new PictureMaps(
        name, "", explanations.stream().map(one -> new JudgedMap(one, List.of())).toList());
  }

  /** The picture, or null if a tensor was explained. */
  @Nullable Picture picture() {
    return maps.get(0).explanation().picture();
  }

  private static boolean same(@Nullable Picture one, @Nullable Picture other) {
    if (one == null || other == null) {
      return one == other;
    }
    return one.width() == other.width()
        && one.height() == other.height()
        && one.name().equals(other.name());
  }

  private static String described(@Nullable Picture picture) {
    return picture == null
        ? "a tensor"
        : picture.name() + " (" + picture.width() + " x " + picture.height() + ")";
  }
}
