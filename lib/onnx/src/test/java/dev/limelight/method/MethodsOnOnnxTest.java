package dev.limelight.method;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.limelight.support.UnsupportedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of all methods, on the fixture as an .onnx file alone. */
class MethodsOnOnnxTest extends MethodsTest {

  /** Hides that of the other formats. */
  @BeforeAll
  static void cut() {
    SUBJECTS.put("onnx", Subject.of("onnx"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatCannotRunSaysWhatThePlanSays(String kind, Method method, String refusal) {
    Subject subject = SUBJECTS.get(kind);
    try (NDManager scope = subject.scope()) {
      Evidence evidence = subject.evidence(subject.pictures(scope, "0:1"), 1);
      assertThatThrownBy(() -> method.map(evidence))
          .isInstanceOf(UnsupportedException.class)
          .hasMessage(refusal);
    }
  }
}
