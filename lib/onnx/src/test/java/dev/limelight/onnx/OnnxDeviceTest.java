package dev.limelight.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.onnxruntime.OrtException;
import dev.limelight.Explainer;
import dev.limelight.TinyResNet;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.onnx.adjoint.RuntimeEnvironment;
import dev.limelight.support.UnsupportedException;
import org.junit.jupiter.api.Test;

/** Where ONNX Runtime computes; these tests run with and without a GPU. */
class OnnxDeviceTest {

  @Test
  void aModelIsLoadedOnTheDeviceThatIsAskedForAndOtherwiseOnTheBest() throws Exception {
    ModelFile file = ModelFile.of(TinyResNet.onnxFile());
    try (Model best = file.load();
        Model onCpu = file.on(Device.cpu()).load()) {
      assertThat(best.getNDManager().getDevice()).isEqualTo(Devices.best(EngineName.ONNX_RUNTIME));
      assertThat(onCpu.getNDManager().getDevice()).isEqualTo(Device.cpu());
    }
    assertThat(Devices.of(EngineName.ONNX_RUNTIME)).endsWith(Device.cpu());
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> ModelFile.of(TinyResNet.onnxFile()).on(Device.gpu(63)).load())
        .isInstanceOf(UnsupportedException.class)
        .hasMessageStartingWith("OnnxRuntime sees no device gpu63 here, only ")
        .hasMessageContaining("docs/GPU.md");
  }

  /** The CPU's jar has the classes of the provider, and no provider. */
  @Test
  void aSessionForAGpuNeedsTheProviderForIt() {
    boolean gpu = Devices.best(EngineName.ONNX_RUNTIME).isGpu();
    if (gpu) {
      assertThatCode(() -> OnnxSessions.options(Device.gpu(0), 1).close())
          .doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> OnnxSessions.options(Device.gpu(0), 1))
          .isInstanceOf(OrtException.class);
    }
  }

  /** DJL's engine tells the version that it was built with. */
  @Test
  void theVersionIsThatOfTheLibraryThatRuns() throws Exception {
    assertThat(EngineName.ONNX_RUNTIME.version()).isEqualTo(RuntimeEnvironment.get().getVersion());
    try (Explainer explainer = Explainer.builder().setModel(TinyResNet.onnxFile()).load()) {
      assertThat(explainer.model().engine())
          .isEqualTo("OnnxRuntime " + RuntimeEnvironment.get().getVersion());
    }
  }
}
