package dev.limelight.io;

/** Texts as fields of comma-separated values (RFC 4180). */
public final class Csv {

  private Csv() {}

  /** The text, in double quotes if it contains a comma, a double quote or a line break. */
  public static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
