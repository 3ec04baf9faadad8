package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.GradCam;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.gradient.Saliency;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What networks take: channels, their order, and numbers. */
class ExplainerInputTest {

  private static Path file(String name) {
    return Fixtures.folder("inputs").resolve(name);
  }

  private static Picture picture(int width, int height) {
    Random random = new Random(3);
    return Picture.of(width, height, random.ints(width * height, 0, 0x1000000).toArray(), "noise");
  }

  @Test
  void aScriptOfOneChannelGetsLuminance() throws IOException {
    try (Explainer explainer = Explainer.of(file("one-channel.pt"))) {
      Preprocessing found = explainer.model().preprocessing();
      assertThat(found.channels()).isEqualTo(1);
      assertThat(found.assumption().orElseThrow()).contains("224x224", "values 0 to 1");
      Picture colours = picture(32, 24);
      Explainer sized = explainer.with(found.withSize(32, 24));
      float[] planes = colours.planes();
      float[] grey = new float[32 * 24];
      for (int i = 0; i < grey.length; i++) {
        grey[i] =
            0.299f * planes[i]
                + 0.587f * planes[grey.length + i]
                + 0.114f * planes[2 * grey.length + i];
      }
      float[] logits = sized.explain(colours).logits();
      assertThat(logits).containsExactly(sized.logits(1, i -> grey)[0], within(1e-5f));
      assertThat(sized.explain(colours, new Saliency(), Target.top()).map().max()).isPositive();
      assertThat(explainer.layers().get(0).shape().get(1)).isEqualTo(4);
    }
  }

  @Test
  void aSymbolGivesItsChannels() {
    try (Model model = TinyResNet.symbol()) {
      assertThat(NetworkFormats.input(model).channels()).isEqualTo(3);
      assertThat(NetworkFormats.input(model).source()).isEqualTo("the first convolution");
    }
  }

  @Test
  void aScriptWithItsChannelsLastIsTurned() throws IOException {
    Preprocessing input = Preprocessing.of(32, 24);
    Picture picture = picture(32, 24);
    try (Explainer first =
            Explainer.builder().setModel(file("channels-first.pt")).optPreprocessing(input).load();
        Explainer last =
            Explainer.builder()
                .setModel(file("channels-last.pt"))
                .optPreprocessing(input)
                .optChannelsLast(true)
                .load()) {
      assertThat(last.layers().stream().map(layer -> layer.path().name()))
          .containsExactlyElementsOf(
              first.layers().stream().map(layer -> layer.path().name()).toList());
      for (Method method : List.of(new GradCam(), new Saliency(), new GuidedBackpropagation())) {
        Explanation expected = first.explain(picture, method, Target.of(2));
        Explanation found = last.explain(picture, method, Target.of(2));
        assertThat(found.logits()).containsExactly(expected.logits(), within(1e-5f));
        assertThat(found.map().values())
            .as(method.info().name())
            .containsExactly(expected.map().values(), within(1e-5f));
      }
      try (Explainer shuffled = last.shuffled(1, 7);
          Explainer same = first.shuffled(1, 7)) {
        assertThat(shuffled.explain(picture).logits())
            .containsExactly(same.explain(picture).logits(), within(1e-5f));
      }
    }
  }

  @Test
  void blocksAndSymbolsHaveTheirChannelsFirst() {
    assertThatThrownBy(
            () ->
                Explainer.builder()
                    .setModel(ModelFile.of(TinyResNet.folder().resolve("tiny-resnet-symbol.json")))
                    .optChannelsLast(true)
                    .load())
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("an MXNet symbol takes its channels first");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void inputsThatAreNotFiniteAreRefused(float bad) {
    try (Model model = TinyResNet.symbol();
        NDManager manager = NDManager.newBaseManager("MXNet");
        Explainer explainer =
            Explainer.builder()
                .setModel(model)
                .optPreprocessing(Preprocessing.of(64, 64))
                .build()) {
      float[] values = new float[2 * 3 * 64 * 64];
      values[3 * 64 * 64 + 5] = bad;
      try (NDArray batch = manager.create(values, new Shape(2, 3, 64, 64))) {
        refused(() -> explainer.explain(Question.of(batch)), "picture 1 of the batch", bad);
      }
      float[] one = Arrays.copyOfRange(values, 3 * 64 * 64, values.length);
      refused(() -> explainer.explain(Question.of(1, i -> one)), "picture 0 of the batch", bad);
      refused(() -> explainer.logits(1, i -> one), "picture 0 of the batch", bad);
    }
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String which, float bad) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the input of "
                + which
                + " holds "
                + bad
                + " where a network takes finite numbers; check what made it");
  }

  @Test
  void filesBesideAModelAreRead(@TempDir Path folder) throws IOException {
    Path model = Files.copy(file("channels-first.pt"), folder.resolve("net.pt"));
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\n");
    Files.writeString(
        folder.resolve("config.json"),
        "{\"input_size\": [3, 24, 32], \"mean\": [0.5, 0.5, 0.5], \"std\": [0.2, 0.2, 0.2]}");
    try (Explainer explainer = Explainer.of(model)) {
      float[] mean = {0.5f, 0.5f, 0.5f};
      float[] std = {0.2f, 0.2f, 0.2f};
      assertThat(explainer.model().labels()).containsExactly("a", "b", "c", "d");
      assertThat(explainer.model().preprocessing())
          .isEqualTo(Preprocessing.of(32, 24).normalised(mean, std));
    }
    try (Explainer explainer =
        Explainer.builder().setModel(model).optLabels("w", "x", "y", "z").load()) {
      assertThat(explainer.model().labels()).containsExactly("w", "x", "y", "z");
    }
  }
}
