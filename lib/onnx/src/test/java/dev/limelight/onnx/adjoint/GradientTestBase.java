package dev.limelight.onnx.adjoint;

import org.junit.jupiter.api.BeforeAll;

/** Gives each class of tests the same numbers, in whatever order the classes run. */
abstract class GradientTestBase {

  @BeforeAll
  static void startNumbersAnew() {
    Values.restart();
  }
}
