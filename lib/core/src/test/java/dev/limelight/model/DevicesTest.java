package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {

  @Test
  void gpusComeBeforeTheCpu() {
    assertThat(Devices.listed(2)).containsExactly(Device.gpu(0), Device.gpu(1), Device.cpu());
    assertThat(Devices.listed(0)).containsExactly(Device.cpu());
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNET", "PYTORCH"})
  void theBestIsAGpuWhereTheEngineSeesOne(EngineName engine) {
    int gpus = engine.engine().getGpuCount();
    assertThat(Devices.of(engine)).hasSize(gpus + 1).endsWith(Device.cpu());
    assertThat(Devices.best(engine)).isEqualTo(gpus > 0 ? Device.gpu(0) : Device.cpu());
  }

  @Test
  void theBestOfAllIsThatOfTheDefaultEngine() {
    EngineName defaultEngine =
        EngineName.of(Engine.getEngine(Engine.getDefaultEngineName())).orElseThrow();
    assertThat(Devices.best()).isEqualTo(Devices.best(defaultEngine));
  }

  /** ONNX Runtime is not on the class path of these tests. */
  @Test
  void aMissingEngineHasNoDevices() {
    assertThat(Devices.of(EngineName.ONNX_RUNTIME)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.best(EngineName.ONNX_RUNTIME))
        .withMessageContaining("'OnnxRuntime'")
        .withMessageContaining("MXNet, PyTorch");
  }

  @Test
  void namesAreThoseThatDjlReads() {
    for (Device device : Devices.listed(2)) {
      assertThat(Device.fromName(Devices.name(device), null)).isEqualTo(device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNET", "PYTORCH"})
  void aGpuThatIsNotThereIsRefusedWithThoseThatAre(EngineName engine) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.check(engine, Device.gpu(63)))
        .withMessageStartingWith(engine.djl() + " sees no device gpu63 here, only ")
        .withMessageContaining("cpu")
        .withMessageContaining("docs/GPU.md");
  }
}
