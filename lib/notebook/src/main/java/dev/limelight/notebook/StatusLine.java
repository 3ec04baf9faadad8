package dev.limelight.notebook;

import dev.limelight.io.Html;

/** A single line of text below a cell. */
final class StatusLine {

  private StatusLine() {}

  /** A check that passed, or finished work. */
  static Rendering done(String text) {
    return line("#1a7f37", "✓", text);
  }

  /** Unfinished work. */
  static Rendering doing(String text) {
    return line("#57606a", "…", text);
  }

  private static Rendering line(String color, String mark, String text) {
    return new Rendering(
        "<div style=\"color:"
            + color
            + "\"><span aria-hidden=\"true\">"
            + mark
            + "</span> "
            + Html.escape(text)
            + "</div>",
        mark + " " + text);
  }
}
