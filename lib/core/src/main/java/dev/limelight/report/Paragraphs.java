package dev.limelight.report;

import dev.limelight.io.Html;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Plain text in a page. */
final class Paragraphs {

  private Paragraphs() {}

  /** Paragraphs, which blank lines part; of a class unless it is empty. */
  static String html(String text, String cssClass) {
    String open = cssClass.isEmpty() ? "<p>" : "<p class=\"" + cssClass + "\">";
    return Arrays.stream(text.strip().split("\\R\\s*\\R"))
        .map(paragraph -> open + Html.escape(paragraph.strip()) + "</p>\n")
        .collect(Collectors.joining());
  }

  /** A heading that the contents lead to. */
  static Part heading(String text, int number) {
    String html = "<h2 id=\"section-" + number + "\">" + Html.escape(text) + "</h2>\n";
    return (page, pictures) -> page.append(html);
  }
}
