package dev.limelight.course.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.limelight.TinyResNet;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThroughputTest {

  private static ModelFile network(EngineName engine) {
    Path file =
        engine == EngineName.PYTORCH
            ? TinyResNet.folder().resolve("tiny-resnet-traced.pt")
            : TinyResNet.folder().resolve("tiny-resnet-symbol.json");
    return new ModelFile(file, engine);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNET", "PYTORCH"})
  void eachSizeOfBatchIsMeasured(EngineName engine) throws IOException {
    Throughput measured = Throughput.measure(network(engine).on(Device.cpu()), 1, 1, 4);
    assertThat(measured.device()).isEqualTo(Device.cpu());
    assertThat(measured.batches()).extracting(Throughput.Batch::size).containsExactly(1, 4);
    assertThat(measured.batches()).allMatch(batch -> batch.perSecond() > 0);
    assertThat(measured.perSecond(4)).isEqualTo(measured.batches().get(1).perSecond());
    if (Files.isReadable(Path.of("/proc/self/status"))) {
      assertThat(measured.startMegabytes()).isBetween(10.0, 400.0);
      assertThat(measured.megabytes()).isGreaterThan(measured.startMegabytes() + 50);
    } else {
      assertThat(measured.megabytes()).isNaN();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> measured.perSecond(2))
        .withMessageContaining("[1, 4]");
  }

  @Test
  void withoutADeviceItIsTheBest() throws IOException {
    assertThat(Throughput.measure(network(EngineName.MXNET), 1, 1).device())
        .isEqualTo(Devices.best(EngineName.MXNET));
  }

  @Test
  void whatTheProcessCannotLoadIsTold() {
    ModelFile missing = new ModelFile(Path.of("no-such-folder"), EngineName.MXNET);
    assertThatThrownBy(() -> Throughput.measure(missing, 1, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such model: no-such-folder");
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Throughput.measure(network(EngineName.MXNET), 0, 1))
        .withMessageContaining("not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Throughput.measure(network(EngineName.MXNET), 1, 1, 17))
        .withMessageContaining("[1, 17]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Throughput.measure(network(EngineName.MXNET).on(Device.gpu(63)), 1, 1))
        .withMessageContaining("gpu63");
  }

  @Test
  void anInterruptEndsIt() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Throughput.measure(network(EngineName.MXNET), 1, 1))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
