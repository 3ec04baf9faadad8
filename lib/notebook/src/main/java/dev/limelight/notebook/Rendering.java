package dev.limelight.notebook;

import java.util.Map;
import java.util.Objects;

/**
 * What a notebook stores of one output: a page fragment, the same in words, and facts that programs
 * read.
 *
 * @param html a fragment that stands alone: no scripts, nothing fetched
 * @param text the same for a terminal or a reader who cannot see it
 * @param facts what a script may read out of an executed notebook, by {@link #FACTS}; often empty
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
