package dev.limelight.report;

import dev.limelight.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Verdicts as lights of a page. */
final class Lights {

  private Lights() {}

  static Light of(Verdict verdict) {
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
    Light.Level level =
        switch (verdict.light()) {
          case GREEN -> Light.Level.GREEN;
          case AMBER, NONE -> Light.Level.AMBER;
          case RED -> Light.Level.RED;
        };
    return new Light(level, verdict.word(), numbers);
  }
}
