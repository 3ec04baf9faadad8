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
 * Names of the user's as names that a place takes: what it does not allow becomes {@code _}, and
 * names that would be the same are numbered in the order in which they come.
 */
public final class UniqueNames {

  /** MLflow takes 250 characters and file systems 255, some with an ending or a number behind. */
  private static final int LONGEST = 200;

  private record Named(String kind, String name) {}

  private final Pattern others;
  private final UnaryOperator<String> shape;
  private final UnaryOperator<String> alike;
  private final Map<Named, String> known = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  /**
   * @param others what is not allowed
   * @param shape makes a name of what is left, which may be empty
   * @param alike the same for two names that a place does not tell apart
   */
  private UniqueNames(Pattern others, UnaryOperator<String> shape, UnaryOperator<String> alike) {
    this.others = others;
    this.shape = shape;
    this.alike = alike;
  }

  /**
   * Paths, of which none means anything else. Long names are cut, and those that differ by case
   * alone are numbered too, as some file systems do not tell them apart.
   *
   * @param others what is not allowed
   */
  public static UniqueNames paths(Pattern others) {
    return new UniqueNames(others, UniqueNames::path, name -> name.toLowerCase(Locale.ROOT));
  }

  /**
   * TensorBoard's tags. As TensorFlow does, all but letters, digits and {@code _ . - /} becomes
   * {@code _}, and no tag begins with a slash.
   */
  public static UniqueNames tags() {
    return new UniqueNames(
        Pattern.compile("[^-/.\\w]", Pattern.UNICODE_CHARACTER_CLASS),
        name -> name.replaceFirst("^/+", ""),
        name -> name);
  }

  /**
   * The clean name; the same each time.
   *
   * @param kind what is named: two kinds never share a name
   */
  public String of(String kind, String name) {
    return known.computeIfAbsent(
        new Named(kind, name),
        key -> {
          String clean = shape.apply(others.matcher(name).replaceAll("_"));
          String base = clean.isEmpty() ? "_" : clean;
          String unique = base;
          for (int i = 2; !taken.add(alike.apply(unique)); i++) {
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
    return path.substring(0, Math.min(LONGEST, path.length())).replaceFirst("/\\.*$", "");
  }
}
