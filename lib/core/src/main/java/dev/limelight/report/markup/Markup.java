package dev.limelight.report.markup;

import com.google.errorprone.annotations.CompileTimeConstant;
import dev.limelight.io.Html;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * HTML that is safe to put into a page. Only compile-time constants are markup, which the build
 * checks. Every value that is inserted into one is escaped unless it is markup, so no text of the
 * user can be left unescaped by mistake.
 */
@API(status = Status.INTERNAL)
public final class Markup {

  /** Empty markup. */
  public static final Markup EMPTY = new Markup("");

  private static final String PLACEHOLDER = "{}";

  private final String html;

  private Markup(String html) {
    this.html = html;
  }

  /**
   * Markup with values for its placeholders, <code>{}</code>.
   *
   * @param constant the markup; an attribute with a placeholder is in double quotes
   * @param values one for each placeholder: markup is inserted unchanged, all other values as
   *     escaped text
   */
  public static Markup of(@CompileTimeConstant String constant, Object... values) {
    StringBuilder html = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int placeholder = constant.indexOf(PLACEHOLDER, from);
      if (placeholder < 0) {
        throw new IllegalStateException(
            values.length + " values are too many for the placeholders of " + constant);
      }
      html.append(constant, from, placeholder).append(html(value));
      from = placeholder + PLACEHOLDER.length();
    }
    if (constant.indexOf(PLACEHOLDER, from) >= 0) {
      throw new IllegalStateException(
          values.length + " values are too few for the placeholders of " + constant);
    }
    return new Markup(html.append(constant, from, constant.length()).toString());
  }

  /** HTML of the library's jar, or text of the library in another language, such as JSON. */
  public static Markup trusted(String html) {
    return new Markup(html);
  }

  /** Several parts, one after another. */
  public static Markup join(List<Markup> parts) {
    StringBuilder html = new StringBuilder();
    parts.forEach(part -> html.append(part.html));
    return new Markup(html.toString());
  }

  /** This markup if a condition is met, else {@link #EMPTY}. */
  public Markup when(boolean condition) {
    return condition ? this : EMPTY;
  }

  /** A value as HTML. */
  public static String html(Object value) {
    return value instanceof Markup markup ? markup.html : Html.escape(value.toString());
  }

  /** The HTML. */
  @Override
  public String toString() {
    return html;
  }
}
