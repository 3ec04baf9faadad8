package dev.limelight.verdict;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether one map can be trusted: what was compared, with its numbers. It says that a map depends
 * on this network and class, not that the network is right.
 *
 * @param light green if it passes all checks, red if it fails one without which a map says nothing,
 *     amber if another, none if there is nothing to judge
 * @param checks what was compared
 */
public record Verdict(Light light, List<Check> checks) {

  /**
   * One comparison.
   *
   * @param name what is compared, in words
   * @param value the map's number
   * @param bound what it has to pass
   * @param passed whether it does
   * @param vital whether a map that fails says nothing
   */
  public record Check(String name, double value, double bound, boolean passed, boolean vital) {

    /** What the number has to be, such as "more than 0.500". */
    public String need() {
      return String.format(
          Locale.ROOT, "%s than %.3f", passed == value >= bound ? "more" : "less", bound);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s %s: %.3f, needs %s", passed ? "yes" : "no ", name, value, need());
    }
  }

  /** Keeps its own list. */
  public Verdict {
    checks = List.copyOf(checks);
  }

  static Verdict of(List<Check> checks) {
    boolean vital = checks.stream().allMatch(check -> check.passed() || !check.vital());
    boolean all = checks.stream().allMatch(Check::passed);
    return new Verdict(all ? Light.GREEN : vital ? Light.AMBER : Light.RED, checks);
  }

  /** In a word: what the light means. */
  public String word() {
    return switch (light) {
      case GREEN -> "trustworthy";
      case AMBER -> "doubtful";
      case RED -> "not to be trusted";
      case NONE -> "no positive evidence";
    };
  }

  /** The word, and a line a check. */
  @Override
  public String toString() {
    return checks.stream().map(check -> "\n  " + check).collect(Collectors.joining("", word(), ""));
  }

  /** A traffic light: the outcome of a check of a map. */
  public enum Light {
    /** It passes all checks. */
    GREEN,
    /** It passes those without which a map says nothing, and fails another. */
    AMBER,
    /** It is no better than chance, or does not depend on what the network has learnt. */
    RED,
    /** Nothing of it is positive, or it is the same everywhere. */
    NONE
  }
}
