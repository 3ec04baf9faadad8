package dev.limelight.notebook;

import dev.limelight.io.Html;

/** A single line of text below a cell. */
final class StatusLine {

  /** Text of less weight: no grey is legible on the grounds of light and dark themes alike. */
  static final String QUIET = "opacity:0.75";

  private StatusLine() {}

  /** A check that passed, or finished work. */
  static Rendering done(String text) {
    return line("", "✓", text);
  }

  /** Unfinished work. */
  static Rendering doing(String text) {
    return line(" style=\"" + QUIET + "\"", "…", text);
  }

  private static Rendering line(String attributes, String mark, String text) {
    return new Rendering(
        "<div"
            + attributes
            + "><span aria-hidden=\"true\">"
            + mark
            + "</span> "
            + Html.escape(text)
            + "</div>",
        mark + " " + text);
  }
}
