package dev.limelight.model.finer;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How narrow a spotlight is: exponents of its factors. Larger ones keep only what tells the class,
 * smaller ones the whole object.
 *
 * @param fine the exponent p of what finer layers see
 * @param coarse the exponent c of Grad-CAM
 * @param againstOthers whether the class is weighed against all others, so that what speaks for
 *     another class of the picture as well does not count
 */
@API(status = Status.INTERNAL)
public record Focus(double fine, double coarse, boolean againstOthers) {

  /** Of the target's own score. */
  public Focus(double fine, double coarse) {
    this(fine, coarse, false);
  }

  /** The usual one. The exponents of all were chosen on pasted objects (docs/SPOTLIGHT.md). */
  public static final String OBJECT = "object";

  private static final Map<String, Focus> NAMED =
      new TreeMap<>(
          Map.of(
              "part",
              new Focus(2, 2),
              OBJECT,
              new Focus(1.5, 1),
              "whole",
              new Focus(0.75, 0.75),
              "class",
              new Focus(1.5, 1, true)));

  /** The exponent of the finer of two layers whose spread alone is read; 1 for an object. */
  public double finest() {
    return 2 * fine / 3;
  }

  /** That of the nearer one; 3 for an object. */
  public double finer() {
    return 2 * fine;
  }

  private static final String NUMBER = "(\\d{1,2}(?:\\.\\d{1,6})?)";

  private static final Pattern NUMBERS = Pattern.compile(NUMBER + ":" + NUMBER);

  private static final double LARGEST = 10;

  /**
   * Reads a name, or two numbers.
   *
   * @param text such as "object" or "1.5:1"
   * @throws IllegalArgumentException if it is neither; the message lists the names
   */
  public static Focus of(String text) {
    Focus named = NAMED.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    Matcher matcher = NUMBERS.matcher(text);
    if (matcher.matches()) {
      double fine = Double.parseDouble(matcher.group(1));
      double coarse = Double.parseDouble(matcher.group(2));
      if (fine > 0 && fine <= LARGEST && coarse <= LARGEST) {
        return new Focus(fine, coarse);
      }
    }
    throw new IllegalArgumentException(
        "a focus is "
            + String.join(", ", NAMED.keySet())
            + " or two exponents such as 1.5:1, above 0 and from 0 to 10, but got '"
            + text
            + "'");
  }
}
