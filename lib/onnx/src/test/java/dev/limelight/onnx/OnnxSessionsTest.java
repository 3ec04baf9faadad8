package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.onnxruntime.OrtSession;
import org.junit.jupiter.api.Test;

class OnnxSessionsTest {

  @Test
  void theNumberOfThreadsIsThatOfDjlOrOfAllEngines() {
    assertThat(OnnxSessions.threads(3, "2")).isEqualTo(3);
    assertThat(OnnxSessions.threads(null, "2")).isEqualTo(2);
    assertThat(OnnxSessions.threads(null, "4,3")).isZero();
    assertThat(OnnxSessions.threads(null, null)).isZero();
  }

  @Test
  void waitingThreadsSleep() throws Exception {
    try (OrtSession.SessionOptions options = OnnxSessions.options(Device.cpu(), 1)) {
      assertThat(options.getConfigEntries()).containsEntry("session.intra_op.allow_spinning", "0");
    }
  }
}
