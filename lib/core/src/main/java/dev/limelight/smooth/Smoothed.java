package dev.limelight.smooth;

import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;

/** The description of a method that smooths another. */
final class Smoothed {

  private Smoothed() {}

  static void check(Method inner) {
    if (inner == null) {
      throw new IllegalArgumentException(
          "a method that smooths needs another to smooth, but got none; give such as new"
              + " GradCam()");
    }
  }

  /**
   * Derived from the other's.
   *
   * @param suffix what its name ends with
   * @param cost what its cost begins with
   */
  static MethodInfo info(Method inner, String suffix, String cost) {
    MethodInfo info = inner.info();
    return info.withName(info.name() + "-" + suffix)
        .withCost(cost + info.cost())
        .withPaper(info.paper() + "; smoothed as in grad-cam");
  }
}
