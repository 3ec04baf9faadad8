package dev.limelight.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names that come from files, such as those of layers and outputs, in messages. */
public final class Names {

  private static final int LONGEST = 120;
  private static final int LONGEST_REASON = 400;

  /** Of more names than these a message gives a few. */
  private static final int ALL = 40;

  private static final int SOME = 12;

  private static final int WORDS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

  private Names() {}

  /** A name short enough for a sentence, on one line and without control characters. */
  public static String printable(String name) {
    return onOneLine(name.length() > LONGEST ? name.substring(0, LONGEST) + "..." : name);
  }

  /** A whole name on one line and without control characters. */
  public static String onOneLine(String name) {
    return name.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9F}\\u2028\\u2029\\p{Cs}\\p{Cf}]", "?");
  }

  /** The same in single quotes. */
  public static String quoted(String name) {
    return "'" + printable(name) + "'";
  }

  /** What a library says of an error, as {@link #reason(String)} shows it. */
  public static String reason(Throwable error) {
    return reason(error.getMessage() == null ? "" : error.getMessage());
  }

  /** The first line of a message, which may quote a file, short enough for a sentence. */
  public static String reason(String message) {
    String line = message.strip().lines().findFirst().orElse("no reason given");
    return onOneLine(
        line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "..." : line);
  }

  /** Names by how many letters have to be changed to make them of another, the fewest first. */
  public static List<String> nearestFirst(String name, Collection<String> names) {
    return names.stream()
        .sorted(Comparator.comparingInt((String other) -> distance(name, other)))
        .toList();
  }

  /**
   * The nearest of them.
   *
   * @param count how many at most
   */
  public static List<String> nearest(String name, Collection<String> names, int count) {
    List<String> sorted = nearestFirst(name, names);
    return sorted.subList(0, Math.min(count, sorted.size()));
  }

  /** What to say of a name that does not exist: "did you mean ...?", or the names that do. */
  public static String offer(String name, Collection<String> known) {
    return offer(name, known, "there are ");
  }

  /**
   * The same.
   *
   * @param lead what a list of the names begins with
   */
  public static String offer(String name, Collection<String> known, String lead) {
    List<String> meant = meant(name, known);
    if (!meant.isEmpty()) {
      return "did you mean " + list(meant) + "?";
    }
    return lead + listed(name, known);
  }

  /** All of a few names, or the nearest of many. */
  public static String listed(String name, Collection<String> known) {
    return list(known.size() <= ALL ? known : nearestFirst(name, known));
  }

  private static String list(Collection<String> names) {
    int shown = names.size() <= ALL ? names.size() : SOME;
    String list =
        names.stream().limit(shown).map(Names::printable).collect(Collectors.joining(", "));
    return shown < names.size() ? list + " and " + (names.size() - shown) + " more" : list;
  }

  /** Those that are written alike, that contain the name, or that differ by a letter or two. */
  private static List<String> meant(String name, Collection<String> known) {
    String plain = plain(name);
    if (plain.isEmpty()) {
      return List.of();
    }
    List<String> alike = known.stream().filter(other -> plain(other).equals(plain)).toList();
    if (!alike.isEmpty()) {
      return alike;
    }
    Pattern word =
        Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}])", WORDS);
    List<String> words = known.stream().filter(other -> word.matcher(other).find()).toList();
    if (!words.isEmpty()) {
      return words;
    }
    List<String> parts = known.stream().filter(other -> plain(other).contains(plain)).toList();
    if (!parts.isEmpty() && plain.length() > 2) {
      return parts;
    }
    int most = Math.min(2, plain.length() / 3);
    return nearestFirst(name, known).stream()
        .filter(other -> distance(name, other) <= most)
        .limit(SOME)
        .toList();
  }

  /** Letters and digits alone, without regard to case. */
  private static String plain(String name) {
    return shortened(name).replaceAll("[^\\p{L}\\p{N}+]", "");
  }

  /** Levenshtein's distance, without regard to case. */
  private static int distance(String name, String other) {
    String a = shortened(name);
    String b = shortened(other);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String shortened(String name) {
    return name.substring(0, Math.min(name.length(), LONGEST)).toLowerCase(Locale.ROOT);
  }
}
