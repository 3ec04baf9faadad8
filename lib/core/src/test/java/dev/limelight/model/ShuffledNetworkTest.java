package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.limelight.ProcessMemory;
import dev.limelight.TinyResNet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers made random in a copy of the network, in every format. */
class ShuffledNetworkTest {

  private static final Shape INPUT = new Shape(3, 64, 64);
  private static final long ROUND_MAY_TAKE = 150L << 20;

  private static List<String> names(String... endings) {
    List<String> all = new ArrayList<>();
    for (int i = 3; i >= 1; i--) {
      for (String ending : endings) {
        boolean skip = ending.startsWith("downsample");
        if (i > 1 || !skip) {
          all.add("layer" + i + "." + ending);
        }
      }
    }
    return all;
  }

  private static List<String> expected(String kind) {
    List<String> all = new ArrayList<>(List.of("fc"));
    if (kind.equals("onnx")) {
      // BatchNorm was folded into the convolutions.
      all.addAll(names("downsample.0", "conv2", "conv1"));
      all.add("conv1");
      return all;
    }
    all.addAll(names("downsample.1", "downsample.0", "bn2", "conv2", "bn1", "conv1"));
    all.addAll(List.of("bn1", "conv1"));
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "traced", "scripted"})
  void layersAreModulesFromTheOutputDown(String kind) {
    try (Model model = TinyResNet.of(kind)) {
      assertThat(Network.of(model).weightedLayers()).isEqualTo(expected(kind));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void layersOfBlocksHaveTheirPaths(String engine) {
    try (Model model = TinyResNet.blocks(engine)) {
      List<String> layers = Network.of(model).weightedLayers();
      assertThat(layers).hasSize(expected("symbol").size());
      assertThat(layers.subList(0, 5))
          .containsExactly(
              "09Linear",
              "07SequentialBlock.01ParallelBlock.02SequentialBlock.02BatchNorm",
              "07SequentialBlock.01ParallelBlock.02SequentialBlock.01Conv2d",
              "07SequentialBlock.01ParallelBlock.01SequentialBlock.05BatchNorm",
              "07SequentialBlock.01ParallelBlock.01SequentialBlock.04Conv2d");
      assertThat(layers.subList(layers.size() - 2, layers.size()))
          .containsExactly("02BatchNorm", "01Conv2d");
    }
  }

  /** Features at layer3 and logits of the fixture's pictures. */
  private record Seen(float[] features, float[] logits) {
    static Seen by(Network network, String kind) {
      try (NDManager scope = network.manager().newSubManager();
          SplitModel split = network.split(LayerPath.of(TinyResNet.path(kind, "layer3")))) {
        Cut cut = split.features(TinyResNet.golden(scope).get("x"));
        return new Seen(cut.activations().toFloatArray(), split.head(cut).toFloatArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void aShuffledHeadChangesTheLogitsAndNoFeature(String kind) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      Seen before = Seen.by(network, kind);
      List<String> head = network.weightedLayers().subList(0, 1);
      try (Network one = network.shuffled(head, 5);
          Network same = network.shuffled(head, 5);
          Network other = network.shuffled(head, 6)) {
        Seen shuffled = Seen.by(one, kind);
        assertThat(Arrays.equals(shuffled.features(), before.features())).isTrue();
        assertThat(difference(shuffled.logits(), before.logits())).isGreaterThan(0.1);
        assertThat(Arrays.equals(Seen.by(same, kind).logits(), shuffled.logits())).isTrue();
        assertThat(difference(Seen.by(other, kind).logits(), shuffled.logits())).isGreaterThan(0.1);
      }
      Seen after = Seen.by(network, kind);
      assertThat(Arrays.equals(after.features(), before.features())).isTrue();
      assertThat(Arrays.equals(after.logits(), before.logits())).isTrue();
    }
  }

  private static double difference(float[] one, float[] other) {
    double most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs(one[i] - other[i]));
    }
    return most;
  }

  /** Every number that the model holds. */
  private static Map<String, float[]> parameters(Model model) {
    Map<String, float[]> all = new TreeMap<>();
    if (model.getBlock() instanceof PtSymbolBlock block) {
      try (NDManager scope = model.getNDManager().newSubManager()) {
        for (NDArray array : JniUtils.moduleGetParams(block, (PtNDManager) scope)) {
          all.put(array.getName(), array.toFloatArray());
        }
      }
    } else {
      model
          .getBlock()
          .getParameters()
          .forEach(
              pair -> {
                if (pair.getValue().isInitialized()) {
                  all.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
                }
              });
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced", "scripted"})
  void aShuffledNetworkLeavesTheModelUnchanged(String kind) {
    try (Model model = TinyResNet.of(kind);
        NDManager scope = model.getNDManager().newSubManager()) {
      Map<String, float[]> before = parameters(model);
      assertThat(before).hasSizeGreaterThan(10);
      Network network = Network.of(model);
      NDArray x = TinyResNet.golden(scope).get("x");
      try (Network random = network.shuffled(network.weightedLayers(), 3);
          WholeNetwork whole = new WholeNetwork(network);
          WholeNetwork wholeRandom = new WholeNetwork(random)) {
        assertThat(random.layers(INPUT)).isEqualTo(network.layers(INPUT));
        assertThat(random.defaultLayer(INPUT, null)).isEqualTo(network.defaultLayer(INPUT, null));
        assertThat(random.outputActivation()).isEqualTo(network.outputActivation());
        assertThat(random.weightedLayers()).isEqualTo(network.weightedLayers());
        Gradients gradients = wholeRandom.gradients(x, logits -> new NDList(logits.get(":, 0")));
        assertOther(
            gradients.perScore().get(0), whole.gradients(x, l -> new NDList(l.get(":, 0"))));
        NDArray guided =
            wholeRandom.guidedGradients(x, logits -> logits.get(":, 0")).perScore().get(0);
        assertThat(
                correlation(guided, whole.guidedGradients(x, l -> l.get(":, 0")).perScore().get(0)))
            .isLessThan(0.9);
        assertThat(wholeRandom.footprint(INPUT)).isEqualTo(whole.footprint(INPUT));
        // Shuffled once more, and back at the same logits as from the start.
        try (Network again = random.shuffled(List.of(), 4)) {
          assertThat(difference(Seen.by(again, kind).logits(), Seen.by(random, kind).logits()))
              .isZero();
        }
      }
      Map<String, float[]> after = parameters(model);
      assertThat(after.keySet()).isEqualTo(before.keySet());
      before.forEach(
          (name, values) -> assertThat(Arrays.equals(after.get(name), values)).as(name).isTrue());
    }
  }

  private static void assertOther(NDArray one, Gradients other) {
    assertThat(Arrays.stream(doubles(one)).allMatch(Double::isFinite)).isTrue();
    assertThat(correlation(one, other.perScore().get(0))).isLessThan(0.5);
  }

  private static double correlation(NDArray one, NDArray other) {
    return new PearsonsCorrelation().correlation(doubles(one), doubles(other));
  }

  private static double[] doubles(NDArray array) {
    float[] values = array.toFloatArray();
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbol", "MXNet", "PyTorch", "traced"})
  void closingFreesWhatItOwns(String kind) {
    try (Model model = TinyResNet.of(kind)) {
      Network network = Network.of(model);
      Seen.by(network, kind);
      int arrays = model.getNDManager().getManagedArrays().size();
      int others = network.manager().getManagedArrays().size();
      Network random = network.shuffled(network.weightedLayers(), 3);
      Seen.by(random, kind);
      NDManager own = random.manager();
      assertThat(own).isNotSameAs(network.manager());
      random.close();
      assertThat(own.isOpen()).isFalse();
      network.close();
      assertThat(network.manager().isOpen()).isTrue();
      assertThat(model.getNDManager().getManagedArrays().size()).isEqualTo(arrays);
      assertThat(network.manager().getManagedArrays().size()).isEqualTo(others);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch"})
  void manyCopiesLeaveNoMemoryBehind(String engine) throws Exception {
    try (Model model = Model.newInstance("wide", engine)) {
      SequentialBlock net =
          new SequentialBlock()
              .add(Blocks.batchFlattenBlock())
              .add(Linear.builder().setUnits(2000).build())
              .add(Activation.reluBlock())
              .add(Linear.builder().setUnits(500).build());
      model.setBlock(net);
      net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 4, 4));
      Network network = Network.of(model);
      ProcessMemory.growHeap();
      // 4 MB each, so every round would take 400 MB more if they stayed. Engines and Java keep
      // freed
      // memory for later, and may take more of it in one round or another, but not in each.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 6 && least >= ROUND_MAY_TAKE; round++) {
        long resident = settled();
        shuffle(network, 100);
        least = Math.min(least, settled() - resident);
      }
      assertThat(least).isLessThan(ROUND_MAY_TAKE);
    }
  }

  /** What Java holds outside its heap is freed some time after a collection. */
  private static long settled() throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      least = Math.min(least, ProcessMemory.resident());
      Thread.sleep(50);
    }
    return least;
  }

  private static void shuffle(Network network, int times) {
    for (int i = 0; i < times; i++) {
      try (Network random = network.shuffled(network.weightedLayers(), i);
          SplitModel whole = random.whole();
          NDManager scope = random.manager().newSubManager()) {
        NDArray x = scope.ones(new Shape(1, 3, 4, 4));
        assertThat(whole.head(whole.features(x)).getShape()).isEqualTo(new Shape(1, 500));
      }
    }
  }

  @Test
  void anUnknownLayerIsRefusedWithThoseThereAre() {
    try (Model model = TinyResNet.of("symbol")) {
      assertThatThrownBy(() -> Network.of(model).shuffled(List.of("fc", "fd"), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("no layer 'fd' has weights; these do: fc, layer3.downsample.1,");
    }
  }
}
