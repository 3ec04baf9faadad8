package dev.limelight.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The names that are nearest to one that is not among them, for a message. */
@API(status = Status.INTERNAL)
public final class NearestNames {

  private NearestNames() {}

  /**
   * The nearest first, by how many characters to add, drop or change.
   *
   * @param count how many at most
   */
  public static List<String> of(String name, Collection<String> known, int count) {
    return known.stream()
        .sorted(Comparator.comparingInt(one -> distance(name, one)))
        .limit(count)
        .toList();
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
