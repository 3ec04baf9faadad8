package dev.limelight.io;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns the user's names into valid and unique ones: characters that are not allowed become {@code
 * _}, and names that would be the same are numbered in the order in which they are first used.
 */
public final class UniqueNames {

  /** MLflow allows 250 bytes and file systems 255; an extension or a number may follow. */
  private static final int MAX_LENGTH = 200;

  private record Named(String kind, String name) {}

  private final Pattern forbidden;
  private final UnaryOperator<String> cleaner;
  private final UnaryOperator<String> key;
  private final Map<Named, String> known = new HashMap<>();
  private final Set<String> usedKeys = new HashSet<>();

  /**
   * @param forbidden the characters that are not allowed
   * @param cleaner turns the remaining text, which may be empty, into a name
   * @param key the same for names that are not distinguished where they are used
   */
  private UniqueNames(Pattern forbidden, UnaryOperator<String> cleaner, UnaryOperator<String> key) {
    this.forbidden = forbidden;
    this.cleaner = cleaner;
    this.key = key;
  }

  /**
   * Relative paths that stay in their folder. Long names are cut, and names that differ only in
   * case are numbered too, as some file systems do not distinguish them.
   *
   * @param forbidden the characters that are not allowed
   */
  public static UniqueNames paths(Pattern forbidden) {
    return new UniqueNames(forbidden, UniqueNames::path, name -> name.toLowerCase(Locale.ROOT));
  }

  /**
   * TensorBoard's tags. As in TensorFlow, all characters except letters, digits and {@code _ . - /}
   * become {@code _}, and no tag begins with a slash.
   */
  public static UniqueNames tags() {
    return new UniqueNames(
        Pattern.compile("[^-/.\\w]", Pattern.UNICODE_CHARACTER_CLASS),
        name -> name.replaceFirst("^/+", ""),
        name -> name);
  }

  /**
   * The valid and unique name, the same at each call.
   *
   * @param kind what is named: two kinds never share a name
   */
  public String of(String kind, String name) {
    return known.computeIfAbsent(
        new Named(kind, name),
        named -> {
          String clean = cleaner.apply(forbidden.matcher(name).replaceAll("_"));
          String base = clean.isEmpty() ? "_" : clean;
          String unique = base;
          for (int i = 2; !usedKeys.add(key.apply(unique)); i++) {
            unique = base + "_" + i;
          }
          return unique;
        });
  }

  /** The parts that are not empty, none of them {@code .} or {@code ..}. */
  private static String path(String clean) {
    String path =
        Arrays.stream(clean.split("/"))
            .filter(part -> !part.isEmpty())
            .map(part -> part.matches("\\.+") ? "_" : part)
            .collect(Collectors.joining("/"));
    return FileNames.cut(path, MAX_LENGTH).replaceFirst("/\\.*$", "");
  }
}
