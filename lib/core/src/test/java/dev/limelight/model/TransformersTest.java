package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.GradCam;
import dev.limelight.cam.HiResCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.method.Method;
import dev.limelight.method.Pass;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** torchvision's ViT and Swin as TorchScript, and maps of them by pytorch-grad-cam. */
class TransformersTest {

  private static final Shape PICTURE = new Shape(3, 64, 64);

  private static Path folder() {
    try {
      return Path.of(TransformersTest.class.getResource("/transformers").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Model model(String name) {
    Model model = Model.newInstance("tiny-" + name, "PyTorch");
    try {
      model.load(folder(), "tiny-" + name);
    } catch (IOException | MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    return model;
  }

  private static NDList golden(NDManager manager) {
    try (InputStream in = Files.newInputStream(folder().resolve("golden.npz"))) {
      return NDList.decode(manager, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"vit, encoder.layers.encoder_layer_1.ln_1", "swin, features.1.1", "swin, norm"})
  void mapsAreThoseOfTheFixture(String name, String layer) {
    try (Model model = model(name);
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split = SplitModel.of(model, LayerPath.of(layer));
        WholeNetwork whole = new WholeNetwork(Network.of(model))) {
      NDList golden = golden(scope);
      Pass pass = new Pass(split, whole, golden.get("x"), 1 << 26);
      assertThat(pass.logits().toFloatArray())
          .containsExactly(golden.get(name + "/logits").toFloatArray(), within(1e-4f));
      for (Method method : List.of(new GradCam(), new HiResCam(), new LayerCam())) {
        String key = name + "/" + layer + "/" + method.info().name();
        NDArray expected = golden.get(key);
        NDArray found = method.map(pass.evidence(List.of(Target.of(3))).get(0));
        assertThat(found.getShape()).as(key).isEqualTo(expected.getShape());
        float scale = expected.abs().max().getFloat();
        assertThat(found.toFloatArray())
            .as(key)
            .containsExactly(expected.toFloatArray(), within(1e-4f * scale));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "swin"})
  void everyLayerGivesTheLogitsOfTheWhole(String name) {
    try (Model model = model(name);
        NDManager scope = model.getNDManager().newSubManager()) {
      NDList golden = golden(scope);
      NDArray x = golden.get("x");
      Network network = Network.of(model);
      List<Layer> layers = network.layers(PICTURE);
      assertThat(layers).hasSizeGreaterThan(12);
      for (Layer layer : layers) {
        try (SplitModel split = network.split(layer.path())) {
          Cut cut = split.features(x);
          assertThat(cut.activations().getShape())
              .as("%s", layer)
              .isEqualTo(new Shape(2).addAll(layer.shape().slice(1)));
          assertThat(split.head(cut).toFloatArray())
              .as("%s", layer)
              .containsExactly(golden.get(name + "/logits").toFloatArray(), within(1e-4f));
        }
      }
    }
  }

  /** Behind the last attention only the class token is read, and its places have no gradient. */
  @Test
  void theDefaultLayersAreThoseWhosePlacesReachTheHead() {
    try (Model vit = model("vit");
        Model swin = model("swin")) {
      Network network = Network.of(vit);
      assertThat(Layer.last(network.layers(PICTURE)).path().name()).isEqualTo("encoder");
      assertThat(network.defaultLayer(PICTURE, null).path().name())
          .isEqualTo("encoder.layers.encoder_layer_1.ln_1");
      assertThat(Network.of(swin).defaultLayer(PICTURE, null).path().name()).isEqualTo("permute");
    }
  }

  /** A ViT that was traced without gradients has attention as one operator that has none. */
  @Test
  void attentionWithoutAGradientIsReported() {
    try (Model model = model("vit-fused");
        NDManager scope = model.getNDManager().newSubManager();
        SplitModel split =
            SplitModel.of(model, LayerPath.of("encoder.layers.encoder_layer_1.ln_1"))) {
      NDList golden = golden(scope);
      Cut cut = split.features(golden.get("x"));
      assertThat(split.head(cut).toFloatArray())
          .containsExactly(golden.get("vit/logits").toFloatArray(), within(1e-4f));
      assertThatThrownBy(() -> split.gradients(cut, logits -> new NDList(logits.get(":, 0"))))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("_native_multi_head_attention")
          .hasMessageContaining("trace it without torch.no_grad()");
    }
  }
}
