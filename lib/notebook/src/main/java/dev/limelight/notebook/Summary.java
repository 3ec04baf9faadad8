package dev.limelight.notebook;

import dev.limelight.io.Html;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer of a notebook in one sentence, and the numbers that support it.
 *
 * <pre>{@code
 * show(summary("The network looks at the dog.")
 *     .number("peak inside the mask", "%.0f %%", 100 * share)
 *     .number("pictures", "%d", pictures.size()));
 * }</pre>
 */
public final class Summary implements Showable {

  private final String answer;
  private final List<Number> numbers;

  private record Number(String label, String value) {}

  Summary(String answer, List<Number> numbers) {
    if (answer.isBlank()) {
      throw new IllegalArgumentException("a summary needs an answer; give one sentence");
    }
    this.answer = answer;
    this.numbers = List.copyOf(numbers);
  }

  /**
   * Adds a number; the first one is the key number on the index page.
   *
   * @param label the meaning of the number
   * @param format the number format, as in {@link String#format}
   * @param value the measured value
   * @return a summary with the number added
   */
  public Summary number(String label, String format, Object value) {
    List<Number> more = new ArrayList<>(numbers);
    more.add(new Number(label, String.format(java.util.Locale.ROOT, format, value)));
    return new Summary(answer, more);
  }

  @Override
  public Rendering rendering() {
    StringBuilder html =
        new StringBuilder("<div style=\"border-left:4px solid #0072b2;padding:0.2em 1em\"><p>");
    html.append(Html.escape(answer)).append("</p>");
    html.append("<div style=\"display:flex;flex-wrap:wrap;gap:2em\">");
    StringBuilder text = new StringBuilder(answer);
    List<Map<String, String>> listed = new ArrayList<>();
    for (Number number : numbers) {
      html.append("<div><div style=\"font-size:1.6em;font-weight:600\">")
          .append(Html.escape(number.value()))
          .append("</div><div style=\"" + StatusLine.QUIET + "\">")
          .append(Html.escape(number.label()))
          .append("</div></div>");
      text.append('\n').append(number.label()).append(": ").append(number.value());
      Map<String, String> one = new LinkedHashMap<>();
      one.put("label", number.label());
      one.put("value", number.value());
      listed.add(one);
    }
    html.append("</div></div>");
    return new Rendering(
        html.toString(),
        text.toString(),
        Map.of("kind", "summary", "answer", answer, "numbers", listed));
  }
}
