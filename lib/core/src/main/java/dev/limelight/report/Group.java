package dev.limelight.report;

import dev.limelight.image.Heatmap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A group of pictures.
 *
 * @param title a few words
 * @param sentence says what the pictures have in common
 * @param score the formatted number by which groups are sorted, such as "0.82 share of errors"; may
 *     be empty
 * @param mean the mean of the pictures' maps, or null
 * @param members the names of the pictures, the most typical first; those on the page become links
 */
record Group(
    String title, String sentence, String score, @Nullable Heatmap mean, List<String> members) {

  /** Checks and copies. */
  Group {
    Objects.requireNonNull(sentence, "sentence");
    Objects.requireNonNull(score, "score");
    members = List.copyOf(members);
    if (title.isBlank()) {
      throw new IllegalArgumentException("a group needs a title, but got a blank one");
    }
  }
}
