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

class PlacesTest {

  private static final Path MODEL = Path.of("net");

  private static Places places(List<Device> mxnet, List<Device> pytorch) {
    Map<EngineName, List<Device>> devices = new LinkedHashMap<>();
    devices.put(EngineName.MXNET, mxnet);
    devices.put(EngineName.PYTORCH, pytorch);
    return Places.of(MODEL, devices);
  }

  @Test
  void everyGpuIsAPlaceAndTheOthersAreSkipped() {
    Places places =
        places(List.of(Device.cpu()), List.of(Device.gpu(0), Device.gpu(1), Device.cpu()));
    assertThat(places.names())
        .containsExactly("MXNet on cpu", "PyTorch on gpu0", "PyTorch on gpu1", "PyTorch on cpu");
    assertThat(places.here()).allMatch(place -> place.path().equals(MODEL));
    assertThat(places.skipped()).containsOnly(Map.entry("MXNet on a GPU", "skipped: no GPU"));
  }

  @Test
  void aTableHasARowForWhatWasSkipped() {
    Places places = places(List.of(Device.cpu()), List.of());
    Table table = places.table("Speed", DoubleColumn.create("ratio", 1.5));
    assertThat(table.stringColumn("place").asList())
        .containsExactly("MXNet on cpu", "MXNet on a GPU", "PyTorch");
    assertThat(table.stringColumn("state").asList())
        .containsExactly("runs", "skipped: no GPU", "skipped: PyTorch is not installed here");
    assertThat(table.doubleColumn("ratio").isMissing()).hasSize(2);
    assertThat(Tables.of(table).text()).contains("MXNet on a GPU | skipped: no GPU | ");
  }

  @Test
  void whatThisMachineHasIsFound() {
    Places places = Places.of(MODEL, EngineName.MXNET);
    assertThat(places.names()).endsWith("MXNet on cpu");
    assertThat(places.names().size() + places.skipped().size()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aColumnHasAValueForEachPlace() {
    Places places = places(List.of(Device.cpu()), List.of(Device.cpu()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> places.table("Speed", DoubleColumn.create("ratio", 1)))
        .withMessageContaining("1 values for the 2 places [MXNet on cpu, PyTorch on cpu]");
  }

  @Test
  void linesHaveTheNamesOfThePlaces() {
    Places places = places(List.of(Device.cpu()), List.of());
    Throughput one =
        new Throughput(
            places.here().get(0),
            Device.cpu(),
            2,
            40,
            List.of(new Throughput.Batch(1, 10, 300), new Throughput.Batch(4, 12, 500)));
    assertThat(Places.byBatch(List.of(one), Throughput.Batch::megabytes))
        .hasEntrySatisfying("MXNet on cpu", line -> assertThat(line).containsExactly(300, 500))
        .hasSize(1);
  }
}
