package dev.limelight.support;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether something is supported, with the reason where it is not. */
public final class Support {

  private static final Support YES = new Support(null, false);

  private final @Nullable String reason;
  private final boolean gradient;

  private Support(@Nullable String reason, boolean gradient) {
    this.reason = reason;
    this.gradient = gradient;
  }

  /** It is supported. */
  public static Support yes() {
    return YES;
  }

  /** It is not supported, for this reason. */
  public static Support no(String reason) {
    return new Support(Objects.requireNonNull(reason), false);
  }

  /** It is not supported for want of a gradient: methods that need none may still run. */
  public static Support noGradient(String reason) {
    return new Support(Objects.requireNonNull(reason), true);
  }

  /** It is not supported, as this exception says. */
  public static Support no(UnsupportedException exception) {
    return new Support(exception.reason(), exception.isNoGradient());
  }

  /** It is supported if a check passes, and not if it throws {@link UnsupportedException}. */
  public static Support of(Runnable check) {
    try {
      check.run();
      return YES;
    } catch (UnsupportedException e) {
      return no(e);
    }
  }

  /** Whether it is supported. */
  public boolean isSupported() {
    return reason == null;
  }

  /**
   * Why it is not supported.
   *
   * @throws IllegalStateException if it is
   */
  public String reason() {
    if (reason == null) {
      throw new IllegalStateException("it is supported, so there is no reason why not");
    }
    return reason;
  }

  /**
   * Does nothing if it is supported.
   *
   * @throws UnsupportedException with the reason if it is not
   */
  public void require() {
    if (reason != null) {
      throw gradient ? UnsupportedException.noGradient(reason) : new UnsupportedException(reason);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Support that
        && gradient == that.gradient
        && Objects.equals(reason, that.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(reason, gradient);
  }

  /** "supported", or the reason. */
  @Override
  public String toString() {
    return reason == null ? "supported" : reason;
  }
}
