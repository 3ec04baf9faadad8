package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.limelight.TinyResNet;
import dev.limelight.TinyTransformer;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.loading.ModelFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is called a layer with weights has an effect, and those before it have none on its input.
 */
class WeightedLayersTest {

  static Stream<String> networks() {
    return Stream.of(
        "symbol",
        "MXNet",
        "PyTorch",
        "traced",
        "symbol among blocks",
        "vit blocks",
        "swin blocks",
        "/transformers/tiny-vit.pt",
        "/torchscript/random-0-scripted.pt",
        "/torchscript/random-4-traced.pt");
  }

  private static Model model(String network) throws Exception {
    return switch (network) {
      case "symbol among blocks" -> symbolAmongBlocks();
      case "vit blocks" -> TinyTransformer.vit("MXNet", 32, 32, 1, true);
      case "swin blocks" -> TinyTransformer.swin("PyTorch", 32, 32, false);
      default -> network.startsWith("/") ? archive(network) : TinyResNet.of(network);
    };
  }

  private static Model archive(String name) throws Exception {
    return new ModelFile(Path.of(url(name)), EngineName.PYTORCH).load();
  }

  private static URI url(String name) throws URISyntaxException {
    return WeightedLayersTest.class.getResource(name).toURI();
  }

  /** A symbol as the base of DJL's own blocks, as after a transfer of what it learnt. */
  private static Model symbolAmongBlocks() {
    Model base = TinyResNet.symbol();
    Model model = Model.newInstance("joined", "MXNet");
    model.getNDManager().attachInternal("base", base);
    SequentialBlock net = new SequentialBlock().add(base.getBlock());
    net.add(Linear.builder().setUnits(3).build());
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 64, 64));
    return model;
  }

  private static int side(String network) {
    return network.endsWith(" blocks") && !network.startsWith("symbol") ? 32 : 64;
  }

  private static NDArray noise(NDManager scope, int side) {
    float[] values = new float[3 * side * side];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return NativeArrays.of(scope, values, new Shape(1, 3, side, side));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void eachHasAnEffectAndNoneOnWhatComesBeforeIt(String name) throws Exception {
    int side = side(name);
    try (Model model = model(name)) {
      Network network = Network.of(model);
      List<String> layers = network.weightedLayers();
      assertThat(layers).hasSizeGreaterThan(3).doesNotHaveDuplicates();
      List<String> cuts =
          network.layers(new Shape(3, side, side)).stream()
              .map(layer -> layer.path().name())
              .toList();
      String last = cuts.isEmpty() ? null : cuts.get(cuts.size() - 1);
      float[] logits = run(network, last, side).logits();
      for (int i = 0; i < layers.size(); i++) {
        String layer = layers.get(i);
        try (Network alone = network.shuffled(List.of(layer), 1)) {
          assertThat(Arrays.equals(run(alone, last, side).logits(), logits)).as(layer).isFalse();
        }
        // What holds others gives what the last of them gives.
        boolean single = layers.stream().noneMatch(other -> other.startsWith(layer + "."));
        if (single && cuts.contains(layer)) {
          try (Network above = network.shuffled(layers.subList(0, i), 1)) {
            float[] output = run(network, layer, side).output();
            assertThat(Arrays.equals(run(above, layer, side).output(), output)).as(layer).isTrue();
          }
        }
      }
    }
  }

  private record Seen(float[] output, float[] logits) {}

  /** The output of a layer, or of none, and the logits. */
  private static Seen run(Network network, String layer, int side) {
    try (NDManager scope = network.manager().newSubManager();
        SplitModel split = layer == null ? network.whole() : network.split(LayerPath.of(layer))) {
      Cut cut = split.features(noise(scope, side));
      return new Seen(cut.activations().toFloatArray(), split.head(cut).toFloatArray());
    }
  }
}
