package dev.limelight.method;

import org.junit.jupiter.api.BeforeAll;

/** The contract of all methods, on the fixture as an .onnx file alone. */
class MethodsOnOnnxTest extends MethodsTest {

  /** Instead of the other formats, which JUnit has cut before. */
  @BeforeAll
  static void cutOnnxAlone() {
    close();
    SUBJECTS.put("onnx", Subject.of("onnx"));
  }
}
