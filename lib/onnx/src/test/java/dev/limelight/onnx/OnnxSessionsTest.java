package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.onnxruntime.OrtSession;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
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
  void aModelIsLoadedForSoManyThreads() throws Exception {
    String before = System.getProperty(OnnxSessions.THREADS);
    try (Explainer explainer =
        Explainer.builder().setModel(TinyResNet.onnxFile()).optThreads(1).load()) {
      assertThat(System.getProperty(OnnxSessions.THREADS)).isEqualTo("1");
      assertThat(explainer.layers()).isNotEmpty();
    } finally {
      if (before == null) {
        System.clearProperty(OnnxSessions.THREADS);
      } else {
        System.setProperty(OnnxSessions.THREADS, before);
      }
    }
  }

  @Test
  void waitingThreadsSleep() throws Exception {
    try (OrtSession.SessionOptions options = OnnxSessions.options(Device.cpu(), 1)) {
      assertThat(options.getConfigEntries()).containsEntry("session.intra_op.allow_spinning", "0");
    }
  }
}
