package dev.limelight.watch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of the user's as names that a place takes: what it does not allow becomes {@code _}, a path
 * is one that means nothing else, long names are cut, and names that would be the same are numbered
 * in the order in which they come, also where they differ by case alone, as some file systems do
 * not tell those apart.
 */
final class CleanNames {

  /** MLflow takes 250 characters and file systems 255, some with an ending or a number behind. */
  private static final int LONGEST = 200;

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
          String base = path(others.matcher(name).replaceAll("_"));
          String unique = base;
          for (int i = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); i++) {
            unique = base + "_" + i;
          }
          return unique;
        });
  }

  /** Parts that are there, none of them a folder itself or the one above it. */
  private static String path(String clean) {
    String path =
        Arrays.stream(clean.split("/"))
            .filter(part -> !part.isEmpty())
            .map(part -> part.matches("\\.+") ? "_" : part)
            .collect(Collectors.joining("/"));
    String cut = path.substring(0, Math.min(LONGEST, path.length())).replaceFirst("/\\.*$", "");
    return cut.isEmpty() ? "_" : cut;
  }
}
