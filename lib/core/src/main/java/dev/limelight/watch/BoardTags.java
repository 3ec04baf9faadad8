package dev.limelight.watch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names as TensorBoard's tags. As TensorFlow does, all but letters, digits and {@code _ . - /}
 * becomes {@code _}, and no tag begins with a slash; names that would share a tag are numbered in
 * the order in which they come.
 */
final class BoardTags {

  /** A tag has one kind of points. */
  enum Kind {
    SCALAR,
    IMAGE,
    TEXT
  }

  private static final Pattern OTHERS =
      Pattern.compile("[^-/.\\w]", Pattern.UNICODE_CHARACTER_CLASS);

  private record Named(Kind kind, String name) {}

  private final Map<Named, String> tags = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** The tag of a name; the same each time. */
  String of(Kind kind, String name) {
    return tags.computeIfAbsent(
        new Named(kind, name),
        key -> {
          String clean = OTHERS.matcher(name).replaceAll("_").replaceFirst("^/+", "");
          String base = clean.isEmpty() ? "_" : clean;
          String tag = base;
          for (int i = 2; !taken.add(tag); i++) {
            tag = base + "_" + i;
          }
          return tag;
        });
  }
}
