package dev.limelight.report;

import com.google.errorprone.annotations.CompileTimeConstant;
import dev.limelight.io.Html;
import java.util.List;

/**
 * HTML that is safe to put into a page. Only constants of the source are markup, which the build
 * checks; every value that goes into one is escaped unless it is markup already. So no text of the
 * user's can be left unescaped by mistake.
 */
final class Markup {

  /** Nothing. */
  static final Markup EMPTY = new Markup("");

  private static final String PLACE = "{}";

  private final String html;

  private Markup(String html) {
    this.html = html;
  }

  /**
   * Markup with values in its places, which are written <code>{}</code>.
   *
   * @param constant markup; an attribute with a value is written in double quotes
   * @param values one for each place: markup as it is, all else as text, escaped
   */
  static Markup of(@CompileTimeConstant String constant, Object... values) {
    StringBuilder html = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int place = constant.indexOf(PLACE, from);
      if (place < 0) {
        throw new IllegalStateException(
            values.length + " values do not fit into the places of " + constant);
      }
      html.append(constant, from, place).append(html(value));
      from = place + PLACE.length();
    }
    if (constant.indexOf(PLACE, from) >= 0) {
      throw new IllegalStateException(values.length + " values do not fill " + constant);
    }
    return new Markup(html.append(constant, from, constant.length()).toString());
  }

  /** A file of the library's jar, or what the library wrote in another language than HTML. */
  static Markup trusted(String html) {
    return new Markup(html);
  }

  /** Some after each other. */
  static Markup join(List<Markup> parts) {
    StringBuilder html = new StringBuilder();
    parts.forEach(part -> html.append(part.html));
    return new Markup(html.toString());
  }

  /** This if a condition holds, else nothing. */
  Markup when(boolean condition) {
    return condition ? this : EMPTY;
  }

  /** How a value is written in a page. */
  static String html(Object value) {
    return value instanceof Markup markup ? markup.html : Html.escape(value.toString());
  }

  /** The HTML. */
  @Override
  public String toString() {
    return html;
  }
}
