package dev.limelight.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * How a case ended.
 *
 * @param kind whether it is as it should be
 * @param error the exception or signal
 * @param where in the code
 * @param message what was said
 */
record Outcome(Kind kind, String error, String where, String message) {

  /** The kinds; all from {@link #EXCEPTION} on are findings. */
  enum Kind {
    /** A sentence says why it is not read. */
    REFUSED,
    /** It is read. */
    SUCCEEDED,
    /** Another exception than one that says what is wrong, or no sentence that a user can read. */
    EXCEPTION,
    /** However it ends, it takes more memory than such a small file is worth. */
    MEMORY,
    /** It does not end in time. */
    HANG,
    /** The process ended. */
    CRASH
  }

  private static final int LONGEST = 1_000;
  private static final String OURS = "dev.limelight.";
  private static final String HARNESS = "dev.limelight.fuzz.";

  boolean isFinding() {
    return kind.compareTo(Kind.EXCEPTION) >= 0;
  }

  /** The same for all findings of one cause, as far as can be told. */
  String signature() {
    return kind + " " + error + " " + where;
  }

  static Outcome of(@Nullable Throwable thrown) {
    if (thrown == null) {
      return new Outcome(Kind.SUCCEEDED, "", "", "");
    }
    Throwable error =
        thrown instanceof UncheckedIOException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    String message = String.valueOf(error.getMessage());
    String fault = isRefusal(error) ? fault(error, message) : error.getClass().getName();
    return new Outcome(
        fault.isEmpty() ? Kind.REFUSED : Kind.EXCEPTION,
        fault.isEmpty() ? error.getClass().getName() : fault,
        where(error),
        message);
  }

  /** The classes whose message the command line prints as it is, thrown by the library itself. */
  private static boolean isRefusal(Throwable error) {
    Class<?> type = error.getClass();
    boolean plain =
        type == IOException.class
            || type == IllegalArgumentException.class
            || error instanceof FileSystemException
            || type.getName().startsWith(OURS)
                && (error instanceof IOException || error instanceof IllegalArgumentException);
    StackTraceElement[] frames = error.getStackTrace();
    return plain
        && (error instanceof FileSystemException
            || frames.length == 0
            || frames[0].getClassName().startsWith(OURS));
  }

  /** What is wrong with a sentence, or nothing. */
  private static String fault(Throwable error, String message) {
    String name = error.getClass().getName();
    if (message.length() >= LONGEST) {
      return name + " with a message of " + LONGEST + " characters or more";
    }
    if (message.chars().anyMatch(Character::isISOControl)) {
      return name + " with a message of several lines or with control characters";
    }
    return message.strip().indexOf(' ') > 0 ? "" : name + " without a sentence";
  }

  /** Where it was thrown, and the first place of the library on the way there. */
  private static String where(Throwable error) {
    StackTraceElement[] frames = error.getStackTrace();
    if (frames.length == 0) {
      return "";
    }
    boolean deep = error instanceof StackOverflowError;
    for (StackTraceElement frame : frames) {
      if (frame.getClassName().startsWith(OURS) && !frame.getClassName().startsWith(HARNESS)) {
        String place = deep ? frame.getClassName() : frame.toString();
        return frame == frames[0] || deep ? place : place + ", which called " + frames[0];
      }
    }
    return deep ? frames[0].getClassName() : frames[0].toString();
  }
}
