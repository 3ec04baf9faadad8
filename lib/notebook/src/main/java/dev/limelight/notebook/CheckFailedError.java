package dev.limelight.notebook;

/** A notebook claims something that does not hold. */
public final class CheckFailedError extends AssertionError {

  private static final long serialVersionUID = 1L;

  CheckFailedError(String message) {
    super(message);
  }
}
