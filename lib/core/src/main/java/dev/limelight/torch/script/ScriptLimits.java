package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.torch.CountedLoop;
import dev.limelight.torch.MalformedFileException;
import java.util.regex.Pattern;

/**
 * What code may hold before PyTorch sees it. Its parser and its compiler are recursive and overflow
 * the stack where brackets or operators lie too deep in one another; its kernels divide by numbers
 * that they cut to 32 bits; and a loop without an end never comes back.
 */
final class ScriptLimits {

  /** PyTorch's parser survives four times as many. */
  private static final int MOST_BRACKETS = 100;

  /** Words and signs between two commas: each can be one more level of an expression. */
  private static final int LONGEST_EXPRESSION = 500;

  private static final int MOST_INDENTED = 120;
  private static final int MOST_BRANCHES = 100;
  private static final long MOST_TURNS = 100_000;

  private static final Pattern CONTROL =
      Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9F}\\u2028\\u2029&&[^\\n\\r\\t]]");

  private final String file;
  private final String text;
  private final int[] expression = new int[MOST_BRACKETS + 1];
  private int position;
  private int brackets;
  private int branches;
  private boolean slice;
  private boolean atStart = true;
  private String before = "";

  private ScriptLimits(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Checks one file of code.
   *
   * @param file its name
   * @throws MalformedFileException if PyTorch might not survive it
   */
  static void check(String file, String text) throws MalformedFileException {
    new ScriptLimits(file, text).check();
  }

  private void check() throws MalformedFileException {
    if (CONTROL.matcher(text).find()) {
      // PyTorch writes them as escapes; here they would be in names.
      throw refused("control characters");
    }
    int column = 0;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '\n') {
        column = 0;
        position++;
        if (brackets == 0) {
          statement();
        }
      } else if (Character.isWhitespace(c)) {
        column += c == '\t' ? 8 : 1;
        position++;
        if (atStart && column > MOST_INDENTED) {
          throw refused("blocks that lie too deep in one another");
        }
      } else if (c == '#') {
        position = end(text.indexOf('\n', position));
      } else {
        token(c);
        atStart = false;
      }
    }
  }

  private void statement() {
    expression[0] = 0;
    slice = false;
    atStart = true;
    before = "";
  }

  private int end(int found) {
    return found < 0 ? text.length() : found;
  }

  private void token(char c) throws MalformedFileException {
    if (++expression[brackets] > LONGEST_EXPRESSION) {
      throw refused("an expression of more than " + LONGEST_EXPRESSION + " parts");
    }
    if (c == '"' || c == '\'') {
      string(c);
    } else if (Character.isDigit(c)) {
      number();
    } else if (c == '_' || Character.isLetter(c)) {
      word();
    } else {
      position++;
      sign(c);
    }
  }

  private void sign(char c) throws MalformedFileException {
    switch (c) {
      case '(', '[', '{' -> {
        if (++brackets > MOST_BRACKETS) {
          throw refused("more than " + MOST_BRACKETS + " brackets in one another");
        }
        expression[brackets] = 0;
      }
      case ')', ']', '}' -> brackets = Math.max(0, brackets - 1);
      case ',' -> expression[brackets] = 0;
      default -> {
        // All others are parts of an expression.
      }
    }
    if (c != '(') {
      before = "";
    }
  }

  private void word() throws MalformedFileException {
    int from = position;
    while (position < text.length() && isPart(text.charAt(position))) {
      position++;
    }
    before = text.substring(from, position);
    if (atStart
        && before.equals("while")
        && !CountedLoop.at(text, text.lastIndexOf('\n', from) + 1)) {
      throw refused("a loop without a bound (while), which may never end");
    }
    if (before.equals("elif") && ++branches > MOST_BRANCHES) {
      throw refused("more than " + MOST_BRANCHES + " branches (elif)");
    }
    slice |= before.equals("slice");
  }

  private static boolean isPart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private void number() throws MalformedFileException {
    int from = position;
    boolean whole = true;
    while (position < text.length()
        && (isPart(text.charAt(position)) || text.charAt(position) == '.')) {
      whole &= Character.isDigit(text.charAt(position));
      position++;
    }
    if (!whole) {
      return;
    }
    String digits = text.substring(from, position);
    long value = digits.length() > 19 ? Long.MAX_VALUE : parsed(digits);
    if (before.equals("range") && value > MOST_TURNS) {
      throw refused("a loop of " + digits + " turns");
    }
    // A slice up to the end has the largest of all numbers as its end.
    if (value > Integer.MAX_VALUE && !(slice && value == Long.MAX_VALUE)) {
      throw refused("the number " + Names.printable(digits));
    }
  }

  private static long parsed(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      // Above the largest; digits of another script read as well.
      return Long.MAX_VALUE;
    }
  }

  private void string(char quote) {
    position++;
    while (position < text.length()
        && text.charAt(position) != quote
        && text.charAt(position) != '\n') {
      position += text.charAt(position) == '\\' ? 2 : 1;
    }
    position = Math.min(position + 1, text.length());
  }

  private MalformedFileException refused(String what) {
    return new MalformedFileException(
        "has code with "
            + what
            + " ("
            + Names.printable(file)
            + "), which PyTorch might not survive; it was not run");
  }
}
