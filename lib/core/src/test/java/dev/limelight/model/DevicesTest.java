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
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void theBestIsAGpuWhereTheEngineSeesOne(String engine) {
    int gpus = Engine.getEngine(engine).getGpuCount();
    assertThat(Devices.of(engine)).hasSize(gpus + 1).endsWith(Device.cpu());
    assertThat(Devices.best(engine)).isEqualTo(gpus > 0 ? Device.gpu(0) : Device.cpu());
  }

  @Test
  void theBestOfAllIsThatOfTheDefaultEngine() {
    assertThat(Devices.best()).isEqualTo(Devices.best(Engine.getDefaultEngineName()));
  }

  @Test
  void onnxRuntimeComputesOnTheCpu() {
    assertThat(Devices.of("OnnxRuntime")).containsExactly(Device.cpu());
  }

  @Test
  void anEngineThatIsNotThereHasNone() {
    assertThat(Devices.of("TensorFlow")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.best("TensorFlow"))
        .withMessageContaining("'TensorFlow'")
        .withMessageContaining("MXNet, OnnxRuntime, PyTorch");
  }

  @Test
  void namesAreThoseThatDjlReads() {
    for (Device device : Devices.listed(2)) {
      assertThat(Device.fromName(Devices.name(device), null)).isEqualTo(device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch", "OnnxRuntime"})
  void aGpuThatIsNotThereIsRefusedWithThoseThatAre(String engine) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.check(engine, Device.gpu(63)))
        .withMessageStartingWith(engine + " sees no device gpu63 here, only ")
        .withMessageContaining("cpu")
        .withMessageContaining("docs/GPU.md");
  }
}
