package dev.limelight.report;

import dev.limelight.image.Heatmap;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that belong together.
 *
 * @param title a few words
 * @param sentence what they have in common
 * @param score the number by which groups are ordered, as it is to be read, such as "0.82 share of
 *     errors"; may be empty
 * @param mean the mean of their maps, or null
 * @param members the names of the pictures, the most typical first; those on the page are links
 */
@API(status = Status.INTERNAL)
public record Group(
    String title, String sentence, String score, @Nullable Heatmap mean, List<String> members) {

  /** Checks and copies. */
  public Group {
    Objects.requireNonNull(sentence, "sentence");
    Objects.requireNonNull(score, "score");
    members = List.copyOf(members);
    if (title.isBlank()) {
      throw new IllegalArgumentException("a group needs a title, but got a blank one");
    }
  }
}
