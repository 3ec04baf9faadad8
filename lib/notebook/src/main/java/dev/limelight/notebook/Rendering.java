package dev.limelight.notebook;

import java.util.Map;
import java.util.Objects;

/**
 * The stored form of an output: HTML, text, and data for programs.
 *
 * @param html a self-contained fragment without external resources; scripts only inside a frame,
 *     which allows no others and has no network
 * @param text the same for a terminal or a screen reader
 * @param facts data that scripts can read from an executed notebook, of media type {@link #FACTS};
 *     often empty
 */
record Rendering(String html, String text, Map<String, Object> facts) {

  /** The media type of the facts. */
  static final String FACTS = "application/vnd.limelight.facts+json";

  Rendering {
    Objects.requireNonNull(html, "html");
    Objects.requireNonNull(text, "text");
    facts = Map.copyOf(facts);
  }

  Rendering(String html, String text) {
    this(html, text, Map.of());
  }
}
