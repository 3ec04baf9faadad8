package dev.limelight.method;

import org.junit.jupiter.api.BeforeAll;

/** The contract of all methods, on the fixture as an .onnx file alone. */
class MethodsOnOnnxTest extends MethodsTest {

  /** Hides that of the other formats. */
  @BeforeAll
  static void cut() {
    SUBJECTS.put("onnx", Subject.of("onnx"));
  }
}
