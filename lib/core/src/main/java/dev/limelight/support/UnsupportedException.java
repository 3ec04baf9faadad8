package dev.limelight.support;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something cannot be done on this network, engine, layer or device; the message gives the reason
 * and what can be done instead. A wrong argument is a plain {@link IllegalArgumentException}.
 */
public class UnsupportedException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String reason;
  private final boolean gradient;

  /** For this reason. */
  public UnsupportedException(String reason) {
    this(reason, null, false);
  }

  /** For this reason, found out by that cause. */
  public UnsupportedException(String reason, Throwable cause) {
    this(reason, cause, false);
  }

  private UnsupportedException(String reason, @Nullable Throwable cause, boolean gradient) {
    super(reason, cause);
    this.reason = reason;
    this.gradient = gradient;
  }

  /** For want of a gradient: methods that need none may still run. */
  public static UnsupportedException noGradient(String reason) {
    return new UnsupportedException(reason, null, true);
  }

  /** For want of a gradient, found out by that cause. */
  public static UnsupportedException noGradient(String reason, Throwable cause) {
    return new UnsupportedException(reason, cause, true);
  }

  /** The message. */
  String reason() {
    return reason;
  }

  /** Whether it is for want of a gradient. */
  public boolean isNoGradient() {
    return gradient;
  }

  /** The same, naming the methods that need no gradient. */
  public UnsupportedException offering(List<String> methods) {
    String offer =
        methods.isEmpty() ? "" : "; these methods need none: " + String.join(", ", methods);
    return new UnsupportedException(reason + offer, this, gradient);
  }
}
