package dev.limelight.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that come from files, such as those of layers and outputs, in messages. */
public final class Names {

  private static final int LONGEST = 120;

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
