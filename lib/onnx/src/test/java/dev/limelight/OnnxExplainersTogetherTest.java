package dev.limelight;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A graph's arrays are those of another engine, whose lock it takes. */
class OnnxExplainersTogetherTest {

  private final ExplainersTogetherTest together = new ExplainersTogetherTest();

  @AfterEach
  void stop() {
    together.stop();
  }

  @Test
  void noCallbackIsCalledWhileTheLockIsHeld() throws Exception {
    together.noCallbackIsCalledWhileTheLockIsHeld("onnx");
  }

  @Test
  void closingAViewFreesItsCutAlone() {
    together.closingAViewFreesItsCutAlone("onnx");
  }
}
