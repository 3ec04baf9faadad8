package dev.limelight.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.model.Cut;
import dev.limelight.model.EngineName;
import dev.limelight.model.Gradients;
import dev.limelight.model.Layer;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.SplitModelTest;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.loading.ModelFile;
import dev.limelight.model.signature.NetworkChoice;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random networks of all that makes cutting hard, made by src/test/python/make_torchscript.py
 * with what PyTorch's own hooks give.
 */
class RandomTorchScriptTest {

  /** Some have a second output that is as likely to be the logits. */
  private static final NetworkChoice FIRST = new NetworkChoice("0", 0, Map.of());

  private static Path folder() throws URISyntaxException {
    return Path.of(RandomTorchScriptTest.class.getResource("/torchscript").toURI());
  }

  static List<Path> archives() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(folder())) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".pt")).sorted().toList();
      assertThat(found).hasSizeGreaterThan(15);
      return found;
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void everyCutGivesTheLogitsAndTheMapsThatHooksGive(Path archive) throws Exception {
    String name = archive.getFileName().toString().replaceFirst("-\\w+\\.pt$", ".npz");
    try (Model model = new ModelFile(archive, EngineName.PYTORCH).load();
        NDManager scope = model.getNDManager().newSubManager();
        InputStream in = Files.newInputStream(archive.resolveSibling(name))) {
      NDList reference = NDList.decode(scope, in);
      NDArray x = reference.get("x");
      Network network = Network.of(model, FIRST);
      List<Layer> layers = network.layers(x.getShape().slice(1));
      assertThat(layers.stream().map(l -> l.path().name()).collect(Collectors.toSet()))
          .containsAll(
              reference.stream()
                  .map(NDArray::getName)
                  .filter(n -> n.endsWith("/map"))
                  .map(n -> n.replace("/map", ""))
                  .toList());
      for (Layer layer : layers) {
        try (SplitModel split = network.split(layer.path())) {
          Cut cut = split.features(x);
          float[] kept = cut.activations().toFloatArray();
          Gradients gradients = split.gradients(cut, logits -> new NDList(logits.get(":, 0")));
          check(split.head(cut), reference.get("logits"), "logits cut at " + layer.path());
          check(
              gradients.logits(),
              reference.get("logits"),
              "recorded logits cut at " + layer.path());
          assertThat(cut.activations().toFloatArray()).containsExactly(kept);
          NDArray map = reference.get(layer.path() + "/map");
          if (map != null) {
            NDArray weights = gradients.perScore().get(0).mean(new int[] {3}).mean(new int[] {2});
            NDArray weighted =
                cut.activations().mul(weights.expandDims(2).expandDims(3)).sum(new int[] {1});
            check(weighted, map, "map at " + layer.path());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void guidedBackpropagationSeesEveryRelu(Path archive) throws Exception {
    String name = archive.getFileName().toString().replaceFirst("-\\w+\\.pt$", ".npz");
    try (Model model = new ModelFile(archive, EngineName.PYTORCH).load();
        NDManager scope = model.getNDManager().newSubManager();
        InputStream in = Files.newInputStream(archive.resolveSibling(name));
        WholeNetwork whole = new WholeNetwork(Network.of(model, FIRST))) {
      NDList reference = NDList.decode(scope, in);
      NDArray x = reference.get("x");
      float[] before = x.toFloatArray();
      NDArray expected = reference.get("guided");
      // More than once, as an engine may compile what it runs again.
      for (int round = 0; round < 3; round++) {
        NDArray guided = whole.guidedGradients(x, logits -> logits.get(":, 0")).perScore().get(0);
        assertThat(share(guided, expected)).as("round %d", round).isLessThan(1e-4f);
      }
      assertThat(x.toFloatArray()).containsExactly(before);
      Gradients plain = whole.gradients(x, logits -> new NDList(logits.get(":, 0")));
      assertThat(share(plain.perScore().get(0), expected)).isGreaterThan(0.1f);
    }
  }

  /** The largest difference, as a share of the largest value. */
  private static float share(NDArray actual, NDArray expected) {
    return SplitModelTest.difference(actual, expected) / expected.abs().max().toFloatArray()[0];
  }

  private static void check(NDArray actual, NDArray expected, String what) {
    float scale = Math.max(1, expected.abs().max().toFloatArray()[0]);
    assertThat(SplitModelTest.difference(actual, expected) / scale).as(what).isLessThan(1e-5f);
  }
}
