package dev.limelight.report;

import dev.limelight.verdict.Verdict;
import dev.limelight.verdict.Verdict.Light;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What was found of a map, as it is seen at a glance: a traffic light, the word for it and the
 * numbers behind it.
 *
 * @param light how it is drawn; {@link Light#NONE} as {@link Light#AMBER}
 * @param word what it says, such as "better than chance"
 * @param numbers the numbers that led to it, by name, as they are to be read
 */
@API(status = Status.INTERNAL)
public record Finding(Light light, String word, Map<String, String> numbers) {

  /** Checks, and keeps the order of the numbers. */
  public Finding {
    Objects.requireNonNull(light, "light");
    if (word.isBlank()) {
      throw new IllegalArgumentException("a light needs a word, since colour alone says nothing");
    }
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }

  /** A verdict with its checks. */
  public static Finding of(Verdict verdict) {
    Map<String, String> numbers = new LinkedHashMap<>();
    for (Verdict.Check check : verdict.checks()) {
      numbers.put(
          check.name(),
          String.format(
              Locale.ROOT,
              "%s, %.3f against %.3f",
              check.passed() ? "yes" : "no",
              check.value(),
              check.bound()));
    }
    return new Finding(verdict.light(), verdict.word(), numbers);
  }

  /** The colour's name. */
  String color() {
    return switch (light) {
      case GREEN -> "green";
      case AMBER, NONE -> "amber";
      case RED -> "red";
    };
  }

  /** A symbol goes with each colour, so that none is known by its colour alone. */
  String symbol() {
    return switch (light) {
      case GREEN -> "✓";
      case AMBER, NONE -> "!";
      case RED -> "✕";
    };
  }
}
