package dev.limelight.report;

import java.util.Arrays;

/** Plain text in a page. */
final class Paragraphs {

  private Paragraphs() {}

  /** The paragraphs of a text, which are separated by blank lines. */
  static Markup plain(String text) {
    return Markup.join(
        Arrays.stream(split(text)).map(one -> Markup.of("<p>{}</p>\n", one)).toList());
  }

  /** The paragraphs below the title. */
  static Markup lead(String text) {
    return Markup.join(
        Arrays.stream(split(text))
            .map(one -> Markup.of("<p class=\"lead\">{}</p>\n", one))
            .toList());
  }

  private static String[] split(String text) {
    return Arrays.stream(text.strip().split("\\R\\s*\\R"))
        .map(String::strip)
        .toArray(String[]::new);
  }
}
