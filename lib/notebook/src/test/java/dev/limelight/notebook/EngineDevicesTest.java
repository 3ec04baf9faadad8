package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import dev.limelight.course.speed.Throughput;
import dev.limelight.model.EngineName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

class EngineDevicesTest {

  private static final Path MODEL = Path.of("net");

  private static EngineDevices devices(List<Device> mxnet, List<Device> pytorch) {
    Map<EngineName, List<Device>> found = new LinkedHashMap<>();
    found.put(EngineName.MXNET, mxnet);
    found.put(EngineName.PYTORCH, pytorch);
    return EngineDevices.of(MODEL, found);
  }

  @Test
  void everyGpuIsADeviceAndTheOthersAreSkipped() {
    EngineDevices devices =
        devices(List.of(Device.cpu()), List.of(Device.gpu(0), Device.gpu(1), Device.cpu()));
    assertThat(devices.names())
        .containsExactly("MXNet on cpu", "PyTorch on gpu0", "PyTorch on gpu1", "PyTorch on cpu");
    assertThat(devices.available()).allMatch(model -> model.path().equals(MODEL));
    assertThat(devices.skipped()).containsOnly(Map.entry("MXNet on a GPU", "skipped: no GPU"));
  }

  @Test
  void aTableHasARowForEachSkippedDevice() {
    EngineDevices devices = devices(List.of(Device.cpu()), List.of());
    Table table = devices.table("Speed", DoubleColumn.create("ratio", 1.5));
    assertThat(table.stringColumn("device").asList())
        .containsExactly("MXNet on cpu", "MXNet on a GPU", "PyTorch");
    assertThat(table.stringColumn("state").asList())
        .containsExactly("runs", "skipped: no GPU", "skipped: PyTorch is not installed");
    assertThat(table.doubleColumn("ratio").isMissing()).hasSize(2);
    assertThat(Tables.of(table).text()).contains("MXNet on a GPU | skipped: no GPU | ");
  }

  @Test
  void theDevicesOfThisMachineAreFound() {
    EngineDevices devices = EngineDevices.of(MODEL, EngineName.MXNET);
    assertThat(devices.names()).endsWith("MXNet on cpu");
    assertThat(devices.names().size() + devices.skipped().size()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aColumnNeedsAValueForEachDevice() {
    EngineDevices devices = devices(List.of(Device.cpu()), List.of(Device.cpu()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> devices.table("Speed", DoubleColumn.create("ratio", 1)))
        .withMessageContaining("1 values for the 2 devices [MXNet on cpu, PyTorch on cpu]");
  }

  @Test
  void linesHaveTheNamesOfTheDevices() {
    EngineDevices devices = devices(List.of(Device.cpu()), List.of());
    Throughput one =
        new Throughput(
            devices.available().get(0),
            Device.cpu(),
            2,
            40,
            List.of(new Throughput.Batch(1, 10, 300), new Throughput.Batch(4, 12, 500)));
    assertThat(EngineDevices.byBatch(List.of(one), Throughput.Batch::megabytes))
        .hasEntrySatisfying("MXNet on cpu", line -> assertThat(line).containsExactly(300, 500))
        .hasSize(1);
  }
}
