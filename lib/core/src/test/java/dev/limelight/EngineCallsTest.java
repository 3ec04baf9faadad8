package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.method.Methods;
import dev.limelight.target.Target;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch asks no more of its engine than one picture does. */
class EngineCallsTest {

  private static final int MANY = 5;

  static Stream<String> kinds() {
    return Stream.of("symbol", "MXNet", "PyTorch", "traced");
  }

  static List<String> methods() {
    return List.of(
        "grad-cam",
        "hires-cam",
        "layer-cam",
        "xgrad-cam",
        "grad-cam++",
        "grad-cam-elementwise",
        "saliency",
        "input-x-gradient");
  }

  private static int arrays(String kind, String method, Target target, int pictures) {
    try (Model model = TinyResNet.of(kind)) {
      return EngineCalls.arrays(model, Methods.named(method), target, pictures);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aBatchTakesTheCallsOfOnePicture(String kind) {
    for (String method : methods()) {
      assertThat(arrays(kind, method, Target.top(), MANY))
          .as("%s on %s", method, kind)
          .isEqualTo(arrays(kind, method, Target.top(), 1));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void classesOfEachPictureAreScoredAtOnce(String kind) {
    int[] indices = IntStream.range(0, MANY).map(i -> i % 4).toArray();
    List<Target> targets = IntStream.of(indices).mapToObj(Target::of).toList();
    int one = arrays(kind, "grad-cam", Target.of(1), 1);
    assertThat(arrays(kind, "grad-cam", Target.each(indices), MANY)).isEqualTo(one);
    assertThat(arrays(kind, "grad-cam", Target.each(targets), MANY)).isEqualTo(one);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void mapsAndOutputsAreReadOnce(String kind) {
    try (Model model = TinyResNet.of(kind)) {
      List<String> one = EngineCalls.reads(model, Methods.named("grad-cam"), Target.top(), 1);
      assertThat(one).contains("toFloatArray");
      assertThat(EngineCalls.reads(model, Methods.named("grad-cam"), Target.top(), MANY))
          .isEqualTo(one);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void anEngineSeesWhetherNumbersAreFinite(String engine) {
    try (NDManager manager = Engine.getEngine(engine).newBaseManager()) {
      float[] finite = {0, -Float.MAX_VALUE, Float.MAX_VALUE, Float.MIN_VALUE};
      assertThat(Source.isFinite(manager.create(finite))).isTrue();
      for (float value :
          new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        NDArray array = manager.create(new float[] {1, value, 2, 3});
        assertThat(Source.isFinite(array)).as("%s", value).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 512", "2048, 512", "4096, 512", "8192, 1024", "81920, 10240"})
  void theMemoryOfAGpuDecidesHowMuchGoesThroughItAtOnce(long megabytes, long expected) {
    assertThat(Limits.usual(Device.gpu(), megabytes << 20)).isEqualTo(expected << 20);
  }

  @ParameterizedTest
  @CsvSource({"1024, 128", "2048, 256", "4096, 512", "65536, 512"})
  void aSmallMachineHasSmallerBatches(long megabytes, long expected) {
    assertThat(Limits.usual(Device.cpu(), megabytes << 20)).isEqualTo(expected << 20);
  }
}
