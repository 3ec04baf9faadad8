package dev.limelight.report.markup;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Plain text in a page. */
@API(status = Status.INTERNAL)
public final class Paragraphs {

  private Paragraphs() {}

  /** The paragraphs of a text, which are separated by blank lines. */
  public static Markup plain(String text) {
    return Markup.join(
        Arrays.stream(split(text)).map(one -> Markup.of("<p>{}</p>\n", one)).toList());
  }

  /** The paragraphs below the title. */
  public static Markup lead(String text) {
    return Markup.join(
        Arrays.stream(split(text))
            .map(one -> Markup.of("<p class=\"lead\">{}</p>\n", one))
            .toList());
  }

  /** Notes as sentences that follow others. */
  public static String sentences(List<String> notes) {
    return notes.stream()
        .map(note -> " " + note.substring(0, 1).toUpperCase(Locale.ROOT) + note.substring(1) + ".")
        .collect(Collectors.joining());
  }

  private static String[] split(String text) {
    return Arrays.stream(text.strip().split("\\R\\s*\\R"))
        .map(String::strip)
        .toArray(String[]::new);
  }

  /** That only some pictures have a verdict. */
  public static String judged(int judged) {
    return judged == 1
        ? "The first picture has a verdict."
        : "The first " + judged + " pictures have a verdict.";
  }
}
