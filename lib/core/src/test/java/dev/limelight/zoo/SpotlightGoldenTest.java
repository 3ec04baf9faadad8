package dev.limelight.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Methods;
import dev.limelight.model.EngineName;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The spotlights of the published network on three photos, against the program that found them. */
class SpotlightGoldenTest {

  private static final float TOLERANCE = 1e-4f;

  @BeforeEach
  void needsTheWeights() {
    PublishedWeights.assume();
  }

  @ParameterizedTest
  @CsvSource({
    "MXNET, spotlight, H0, stage5+stage3",
    "PYTORCH, spotlight, H0, stage5+stage3",
    "MXNET, grad-spotlight, H, stage5",
    "PYTORCH, grad-spotlight, H, stage5"
  })
  void mapsAreThoseOfTheProgram(EngineName engine, String method, String map, String layers)
      throws IOException {
    try (Model model = EfficientNetLite.lite0().load(engine);
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      NDList golden = golden(scope);
      long[] classes = golden.get("target").toLongArray();
      Target target = Target.each((int) classes[0], (int) classes[1], (int) classes[2]);
      Question question =
          Question.of(input(golden.get("pixels"))).methods(Methods.named(method)).targets(target);
      List<Explanation> all = List.copyOf(explainer.explain(question));
      for (int i = 0; i < all.size(); i++) {
        Heatmap found = all.get(i).map();
        float[] expected = golden.get(map).get(i).toFloatArray();
        for (int p = 0; p < expected.length; p++) {
          assertThat(found.get(p % 56 * 4 + 1, p / 56 * 4 + 1))
              .as("picture %d, place %d", i, p)
              .isCloseTo(expected[p], within(TOLERANCE));
        }
        assertThat(found.unit()).isEqualTo("relative");
        assertThat(all.get(i).provenance().methodText())
            .isEqualTo(method + " (focus=object, fine=" + layers + ")");
      }
    }
  }

  private static NDArray input(NDArray pixels) {
    float[] values = pixels.toType(DataType.FLOAT32, true).toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] / 127.5f - 1;
    }
    return NativeArrays.of(pixels.getManager(), values, new Shape(3, 3, 224, 224));
  }

  private static NDList golden(NDManager manager) throws IOException {
    try (InputStream in =
        Files.newInputStream(TinyResNet.folder().resolve("spotlight-golden.npz"))) {
      return NDList.decode(manager, in);
    }
  }
}
