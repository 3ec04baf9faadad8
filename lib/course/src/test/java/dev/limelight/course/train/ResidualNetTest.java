package dev.limelight.course.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.image.Picture;
import dev.limelight.model.EngineName;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidualNetTest {

  private static final Path DATA = Path.of("..", "..", "notebooks", "data");

  private static Explainer explainer(ModelFile model, String layer) throws IOException {
    return Explainer.builder()
        .setModel(model)
        .optLabels("circle", "square", "triangle", "cross")
        .optPreprocessing(Preprocessing.of(64, 64))
        .optLayer(LayerPath.of(layer))
        .load();
  }

  /** The notebooks' folder holds the weights of the symbol, which MXNet alone can run. */
  @ParameterizedTest
  @CsvSource({"MXNET, layer3", "PYTORCH, layer3", "PYTORCH, layer2"})
  void theFolderIsTheNetworkOfTheSymbol(EngineName engine, String layer) throws IOException {
    List<Picture> pictures =
        Pictures.readAll(
            DATA.resolve("shapes"),
            "picture-0.png",
            "picture-1.png",
            "picture-2.png",
            "picture-3.png");
    Question question =
        Question.of(pictures).methods(new GradCam(), new GuidedBackpropagation()).best(2);
    ModelFile symbol = ModelFile.of(DATA.resolve("models/shapes/shapes-symbol.json"));
    ModelFile folder = new ModelFile(DATA.resolve("models/four-shapes"), engine);
    try (Explainer wanted = explainer(symbol, layer);
        Explainer got = explainer(folder, layer)) {
      List<Explanation> expected = wanted.explain(question);
      List<Explanation> found = got.explain(question);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i).logits()).containsExactly(expected.get(i).logits(), offset(1e-4f));
        assertThat(found.get(i).map().maxDifference(expected.get(i).map())).isLessThan(1e-4);
      }
      assertThat(expected.get(0).map().max()).isGreaterThan(0.01f);
    }
  }

  @Test
  void aNetworkOfNothingIsRefused() {
    assertThatThrownBy(() -> new ResidualNet(List.of(), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but got 0 layers and 2 outputs");
  }
}
