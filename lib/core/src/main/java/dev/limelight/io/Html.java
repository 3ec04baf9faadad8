package dev.limelight.io;

/** Escapes text for a page. */
public final class Html {

  private Html() {}

  /** Replaces the five characters that have a meaning in HTML text and attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
