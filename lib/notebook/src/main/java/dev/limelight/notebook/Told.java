package dev.limelight.notebook;

import dev.limelight.io.Html;

/** One quiet line under a cell. */
final class Told {

  private Told() {}

  /** Something that holds, or is finished. */
  static Rendering done(String what) {
    return line("#1a7f37", "✓", what);
  }

  /** Something under way. */
  static Rendering doing(String what) {
    return line("#57606a", "…", what);
  }

  private static Rendering line(String colour, String mark, String what) {
    return new Rendering(
        "<div style=\"color:"
            + colour
            + "\"><span aria-hidden=\"true\">"
            + mark
            + "</span> "
            + Html.escape(what)
            + "</div>",
        mark + " " + what);
  }
}
