package dev.limelight.watch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of the user's as names that a place takes: what it does not allow becomes {@code _}, and
 * names that would be the same are numbered in the order in which they come.
 */
final class CleanNames {

  private record Named(String kind, String name) {}

  private final Pattern others;
  private final Map<Named, String> known = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  /**
   * @param others what is not allowed
   */
  CleanNames(Pattern others) {
    this.others = others;
  }

  /**
   * The clean name; the same each time.
   *
   * @param kind what is named: two kinds never share a name
   */
  String of(String kind, String name) {
    return known.computeIfAbsent(
        new Named(kind, name),
        key -> {
          String clean = others.matcher(name).replaceAll("_").replaceFirst("^/+", "");
          // No name is a folder or the one above it.
          String base = clean.isEmpty() || clean.matches("\\.+") ? "_" : clean;
          String unique = base;
          for (int i = 2; !taken.add(unique); i++) {
            unique = base + "_" + i;
          }
          return unique;
        });
  }
}
