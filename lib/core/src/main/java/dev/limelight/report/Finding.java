package dev.limelight.report;

import dev.limelight.verdict.Verdict;
import dev.limelight.verdict.Verdict.Light;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A verdict on a map at a glance: a traffic light, its meaning and the numbers that it is based on.
 *
 * @param light the traffic light; {@link Light#NONE} is drawn as {@link Light#AMBER}
 * @param word its meaning, such as "better than chance"
 * @param numbers the formatted numbers that it is based on, by name
 */
record Finding(Light light, String word, Map<String, String> numbers) {

  /** Checks, and keeps the order of the numbers. */
  Finding {
    Objects.requireNonNull(light, "light");
    if (word.isBlank()) {
      throw new IllegalArgumentException("a light needs a word, since colour alone says nothing");
    }
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }

  /** The finding of a verdict with its checks. */
  static Finding of(Verdict verdict) {
    Map<String, String> numbers = new LinkedHashMap<>();
    for (Verdict.Check check : verdict.checks()) {
      numbers.put(
          check.name(),
          String.format(
              Locale.ROOT,
              "%s %.3f (needs %s)",
              check.passed() ? "✓" : "✕",
              check.value(),
              check.need()));
    }
    return new Finding(verdict.light(), verdict.word(), numbers);
  }

  /** The name of the colour. */
  String color() {
    return switch (light) {
      case GREEN -> "green";
      case AMBER, NONE -> "amber";
      case RED -> "red";
    };
  }

  /** The symbol of the colour, for readers who cannot see colours. */
  String symbol() {
    return switch (light) {
      case GREEN -> "✓";
      case AMBER, NONE -> "!";
      case RED -> "✕";
    };
  }
}
