package dev.limelight.notebook;

/** Thrown when a claim of a notebook is false. */
public final class CheckFailedError extends AssertionError {

  private static final long serialVersionUID = 1L;

  CheckFailedError(String message) {
    super(message);
  }
}
