package dev.limelight.model;

import java.util.List;

/** A gradient was asked for where the engine has none. */
public final class NoGradientException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** What cannot be differentiated, and what can. */
  public NoGradientException(String message) {
    super(message);
  }

  public NoGradientException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same, naming the methods that need no gradient. */
  public NoGradientException offering(List<String> methods) {
    String offer =
        methods.isEmpty() ? "" : "; these methods need none: " + String.join(", ", methods);
    return new NoGradientException(getMessage() + offer, this);
  }
}
