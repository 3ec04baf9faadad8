package dev.limelight.watch;

import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong while a training was watched: one sentence for each kind of failure. */
final class Failures {

  private static final Logger LOGGER = LoggerFactory.getLogger(OverlayListener.class);

  private final List<String> sentences = new ArrayList<>();
  private final Set<String> kinds = new HashSet<>();

  List<String> sentences() {
    return List.copyOf(sentences);
  }

  void report(String sentence) {
    sentences.add(sentence);
    LOGGER.warn(sentence);
  }

  /** Reports an exception, unless one that differs from it only in numbers was reported before. */
  void report(String what, Exception failure) {
    String reason = reason(failure);
    if (kinds.add(failure.getClass().getName() + reason.replaceAll("\\d+", ""))) {
      String sentence = what + ": " + reason;
      sentences.add(sentence);
      if (failure instanceof UnsupportedException) {
        LOGGER.warn(sentence);
      } else {
        // It may be a programming error, which is found by its trace.
        LOGGER.warn(sentence, failure);
      }
    }
  }

  /** What an exception says in its first line. */
  static String reason(Exception failure) {
    return failure.getMessage() == null || failure.getMessage().isBlank()
        ? failure.getClass().getSimpleName()
        : failure.getMessage().strip().lines().findFirst().orElseThrow();
  }
}
