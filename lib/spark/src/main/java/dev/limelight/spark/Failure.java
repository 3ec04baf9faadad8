package dev.limelight.spark;

import dev.limelight.support.UnsupportedException;
import java.io.IOException;

/** Why a picture has no map, as a row of the result says it. */
final class Failure {

  private Failure() {}

  /**
   * The first line of a message, since an engine's own may go on with a native stack. An exception
   * that is neither a bad file nor something unsupported here may be a programming error, and is
   * named.
   */
  static String of(Exception e) {
    String name = e.getClass().getSimpleName();
    String text = e.getMessage();
    if (text == null || text.isBlank()) {
      return name;
    }
    String line = text.strip().lines().findFirst().orElseThrow();
    return e instanceof IOException || e instanceof UnsupportedException
        ? line
        : name + ": " + line;
  }
}
