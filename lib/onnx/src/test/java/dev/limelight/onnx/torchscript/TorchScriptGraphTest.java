package dev.limelight.onnx.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Explanations;
import dev.limelight.Fixtures;
import dev.limelight.Question;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.model.Layer;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.cache.PrivateCache;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptGraphTest {

  /** Nothing is known yet, so that each translation is compared with its original. */
  @TempDir private Path cache;

  @BeforeEach
  void nameFolder() {
    System.setProperty(PrivateCache.FOLDER, cache.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty(PrivateCache.FOLDER);
  }

  private static Path file(String name) {
    Path path = Path.of(name);
    return Fixtures.folder(path.getParent().toString()).resolve(path.getFileName());
  }

  private static Explainer explainer(String name, EngineName engine, int side) throws IOException {
    return Explainer.builder()
        .setModel(new ModelFile(file(name), engine))
        .optPreprocessing(Preprocessing.of(side, side))
        .load();
  }

  private static Explainer explainer(String name, EngineName engine) throws IOException {
    return Explainer.builder().setModel(new ModelFile(file(name), engine)).load();
  }

  private static Map<String, Shape> shapes(Explainer explainer) {
    return explainer.layers().stream()
        .collect(Collectors.toMap(layer -> layer.path().name(), Layer::shape));
  }

  private static NDArray noise(NDManager manager, int side) {
    Random random = new Random(3);
    float[] values = new float[2 * 3 * side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(2, 3, side, side));
  }

  @ParameterizedTest
  @CsvSource({
    "fixtures/tiny-resnet-traced.pt, 32, grad-cam, 1e-5",
    "fixtures/tiny-resnet-traced.pt, 48, grad-cam, 1e-5",
    "fixtures/tiny-resnet-traced.pt, 32, saliency, 1e-4",
    "fixtures/tiny-resnet-traced.pt, 32, guided-backprop, 1e-4",
    "fixtures/tiny-resnet-traced.pt, 32, grad-spotlight, 1e-4",
    "fixtures/tiny-resnet-scripted.pt, 32, grad-cam, 1e-5",
    "fixtures/tiny-resnet-scripted.pt, 32, saliency, 1e-4",
    "transformers/tiny-vit.pt, 64, grad-cam, 1e-5",
    "transformers/tiny-swin.pt, 224, grad-cam, 1e-5",
  })
  void mapsAreThoseOfPyTorch(String name, int side, String method, double tolerance)
      throws IOException {
    try (Explainer script = explainer(name, EngineName.PYTORCH, side);
        Explainer graph = explainer(name, EngineName.ONNX_RUNTIME, side);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Question question =
          Question.of(noise(manager, side)).methods(Methods.named(method)).targets(Target.of(1));
      assertThat(shapes(graph)).isEqualTo(shapes(script));
      Explanations expected = script.explain(question);
      Iterator<Explanation> found = graph.explain(question).iterator();
      for (Explanation one : expected) {
        Heatmap map = one.map();
        double largest = Math.max(Math.abs(map.max()), Math.abs(map.min()));
        assertThat(largest).isPositive();
        assertThat(map.maxDifference(found.next().map()) / largest).isLessThan(tolerance);
      }
      assertThat(found).isExhausted();
    }
  }

  @Test
  void itsEngineAndWhereItComesFromAreSaid() throws IOException {
    try (Explainer graph = explainer("fixtures/tiny-resnet-traced.pt", EngineName.ONNX_RUNTIME)) {
      assertThat(graph.model().engine()).startsWith("OnnxRuntime");
      assertThat(graph.model().notes())
          .anyMatch(note -> note.contains("made for PyTorch and was brought into a graph"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 6, 7})
  void networksOfManyKindsHaveTheirLogitsAndLayers(int number) throws IOException {
    // Loading compares both.
    explainer("torchscript/random-" + number + "-traced.pt", EngineName.ONNX_RUNTIME).close();
    explainer("torchscript/random-" + number + "-scripted.pt", EngineName.ONNX_RUNTIME).close();
  }

  @ParameterizedTest
  @CsvSource({
    "torchscript/random-5-traced.pt, it has 2 outputs",
    "transformers/tiny-vit-fused.pt, its operator torch._native_multi_head_attention has no",
  })
  void whatIsNotTranslatedIsSaid(String name, String reason) {
    assertThatThrownBy(() -> explainer(name, EngineName.ONNX_RUNTIME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be brought into an ONNX graph: " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hostile/02/deep-parentheses-or-minus.pt",
        "hostile/02/parentheses-600.pt",
        "hostile/06/constants.pt",
        "hostile/06/constants-nested.pt",
        "hostile/09/while.pt",
        "hostile/15/tiny.pt"
      })
  void hostileFilesAreRefusedInOneSentence(String name) {
    assertThatThrownBy(() -> explainer(name, EngineName.ONNX_RUNTIME))
        .isInstanceOf(IOException.class)
        .message()
        .doesNotContainPattern("\\p{Cntrl}")
        .doesNotContain("Exception");
  }
}
