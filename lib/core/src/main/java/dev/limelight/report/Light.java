package dev.limelight.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A verdict that is seen at a glance: a level, the word for it and the numbers behind it.
 *
 * @param level how it is drawn
 * @param word what it says, such as "better than chance"
 * @param numbers the numbers that led to it, by name, as they are to be read
 */
public record Light(Level level, String word, Map<String, String> numbers) {

  /** From good to bad. A symbol goes with each, so that none is known by its colour alone. */
  public enum Level {
    /** In order. */
    GREEN("✓"),
    /** To be looked at. */
    AMBER("!"),
    /** Not in order. */
    RED("✕");

    private final String symbol;

    Level(String symbol) {
      this.symbol = symbol;
    }

    String symbol() {
      return symbol;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks, and keeps the order of the numbers. */
  public Light {
    Objects.requireNonNull(level, "level");
    if (word.isBlank()) {
      throw new IllegalArgumentException("a light needs a word, since colour alone says nothing");
    }
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }
}
