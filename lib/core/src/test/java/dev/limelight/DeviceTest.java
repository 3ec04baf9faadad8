package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.cam.GradCam;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import dev.limelight.zoo.PublishedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that is chosen, for each format. Those of this machine; a GPU is tried where one is. */
class DeviceTest {

  static Stream<Path> files() {
    return Stream.of(
        TinyResNet.folder().resolve("tiny-resnet-symbol.json"),
        TinyResNet.folder().resolve("tiny-resnet-traced.pt"));
  }

  private static ExplainerBuilder of(Path file) {
    return Explainer.builder().setModel(file).optPreprocessing(Preprocessing.of(64, 64));
  }

  private static float[] map(Explainer explainer) {
    float[] stripes = new float[3 * 64 * 64];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = i % 64 / 64f;
    }
    return explainer
        .explain(Question.of(1, i -> stripes).methods(new GradCam()).targets(Target.of(0)))
        .get(0)
        .map()
        .values();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theCpuGivesTheMap(Path file) throws IOException {
    try (Explainer chosen = of(file).optDevice(Device.cpu()).load();
        Explainer usual = of(file).load()) {
      assertThat(map(chosen)).containsExactly(map(usual), offset(1e-4f));
    }
  }

  @Test
  void threadsThatCannotBeSetAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Explainer.builder().optThreads(0))
        .withMessage("threads are a number from 1, but got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> of(TinyResNet.folder().resolve("tiny-resnet-symbol.json")).optThreads(2).load())
        .withMessageEndingWith("MXNet reads the environment variable OMP_NUM_THREADS");
    EngineName.PYTORCH.engine();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> of(TinyResNet.folder().resolve("tiny-resnet-traced.pt")).optThreads(63).load())
        .withMessageStartingWith("PyTorch has started");
  }

  @ParameterizedTest
  @MethodSource("files")
  void aGpuThatIsNotThereIsRefused(Path file) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(file).optDevice(Device.gpu(63)).load())
        .withMessageContaining("sees no device gpu63 here, only ")
        .withMessageContaining("cpu");
  }

  @Test
  void aPublishedNetworkIsLoadedThere() throws IOException {
    PublishedWeights.assume();
    ModelFile file =
        new ModelFile(Path.of("efficientnet-lite0"), EngineName.PYTORCH).on(Device.cpu());
    try (Model model = file.load()) {
      assertThat(model.getNDManager().getDevice()).isEqualTo(Device.cpu());
      assertThat(model.getBlock().getParameters().valueAt(0).getArray().getDevice())
          .isEqualTo(Device.cpu());
    }
  }

  @Test
  void aModelInMemoryStaysOnItsDevice() throws IOException {
    try (Model model =
        ModelFile.of(TinyResNet.folder().resolve("tiny-resnet-traced.pt"))
            .on(Device.cpu())
            .load()) {
      Explainer.builder().setModel(model).optDevice(Device.cpu()).build().close();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Explainer.builder().setModel(model).optDevice(Device.gpu(0)).build())
          .withMessageContaining("is on cpu, and optDevice asks for gpu0");
    }
  }
}
