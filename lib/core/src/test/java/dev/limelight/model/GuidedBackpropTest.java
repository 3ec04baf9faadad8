package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.limelight.model.mxnet.SymbolText;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuidedBackpropTest {

  private static final String THREE = "\"kernel\":\"(3,3)\",\"pad\":\"(1,1)\",\"num_filter\":\"4\"";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "Activation, `{\"act_type\":\"relu\"}`, Infinity, max",
        "Activation, `{\"act_type\":\"relu\"}`, Infinity, avg",
        "relu, {}, Infinity, avg",
        "LeakyReLU, `{\"act_type\":\"leaky\",\"slope\":\"0\"}`, Infinity, avg",
        "_maximum_scalar, `{\"scalar\":\"0\"}`, Infinity, avg",
        "clip, `{\"a_min\":\"0\",\"a_max\":\"6\"}`, 6, max",
        "clip, `{\"a_min\":\"0.0\",\"a_max\":\"1.0\"}`, 1, avg",
      })
  void symbolsGiveWhatLoopsGive(String operator, String attributes, double upper, String pooling) {
    for (long seed = 1; seed <= 4; seed++) {
      SlowGuided slow = new SlowGuided(seed, upper, pooling.equals("max"));
      try (Model model = symbol(operator, attributes, pooling, slow)) {
        check(model, slow);
      }
    }
  }

  private static Model symbol(String operator, String attributes, String pooling, SlowGuided slow) {
    SymbolText text = new SymbolText();
    int first =
        text.node(
            "Convolution",
            "first",
            "{" + THREE + "}",
            text.variable("data"),
            text.variable("first_weight"),
            text.variable("first_bias"));
    int relu = text.node(operator, "relu1", attributes, first);
    int second =
        text.node(
            "Convolution",
            "second",
            "{" + THREE + ",\"no_bias\":\"True\"}",
            relu,
            text.variable("second_weight"));
    int join = text.node("elemwise_add", "join", "{}", second, relu);
    int last = text.node("Activation", "relu2", "{\"act_type\":\"relu\"}", join);
    int pool =
        text.node(
            "Pooling",
            "pool",
            "{\"kernel\":\"(2,2)\",\"stride\":\"(2,2)\",\"pool_type\":\"" + pooling + "\"}",
            last);
    int flat = text.node("Flatten", "flat", "{}", pool);
    int head =
        text.node(
            "FullyConnected",
            "fc",
            "{\"num_hidden\":\"2\",\"no_bias\":\"True\"}",
            flat,
            text.variable("fc_weight"));
    Map<String, double[]> values =
        Map.of(
            "first_weight", slow.first,
            "first_bias", slow.firstBias,
            "second_weight", slow.second,
            "fc_weight", slow.linear);
    Map<String, Shape> shapes =
        Map.of(
            "first_weight", new Shape(4, 3, 3, 3),
            "first_bias", new Shape(4),
            "second_weight", new Shape(4, 4, 3, 3),
            "fc_weight", new Shape(2, 36));
    Model model = text.model(head, shapes, List.of("data"));
    for (Parameter parameter : model.getBlock().getParameters().values()) {
      if (values.containsKey(parameter.getName())) {
        parameter.getArray().set(floats(values.get(parameter.getName())));
      }
    }
    return model;
  }

  @ParameterizedTest
  @CsvSource({
    "MXNet, relu, false", "MXNet, relu6, false", "MXNet, lambda, true", "MXNet, clip, false",
    "PyTorch, relu, false", "PyTorch, relu6, false", "PyTorch, lambda, true", "PyTorch, clip, false"
  })
  void blocksGiveWhatLoopsGive(String engine, String relu, boolean maximum) {
    for (long seed = 1; seed <= 4; seed++) {
      double upper = relu.equals("relu6") ? 6 : relu.equals("clip") ? 1 : Double.POSITIVE_INFINITY;
      SlowGuided slow = new SlowGuided(seed, upper, maximum);
      try (Model model = blocks(engine, relu, maximum, slow)) {
        check(model, slow);
      }
    }
  }

  /** Nested blocks with a residual, whose ReLU stands in its join where it is no block. */
  private static Model blocks(String engine, String relu, boolean maximum, SlowGuided slow) {
    Block first =
        switch (relu) {
          case "relu" -> Activation.reluBlock();
          case "relu6" -> Activation.relu6Block();
          case "clip" -> LambdaBlock.singleton(array -> array.clip(0, 1));
          default -> LambdaBlock.singleton(array -> array.maximum(0));
        };
    boolean joined = relu.equals("lambda");
    ParallelBlock residual =
        new ParallelBlock(
            branches -> {
              NDArray sum = branches.get(0).head().add(branches.get(1).head());
              return new NDList(joined ? sum.getNDArrayInternal().relu() : sum);
            },
            List.of(
                convolution(false),
                new SequentialBlock().addSingleton(array -> array, "identity")));
    SequentialBlock inner = new SequentialBlock().add(first).add(residual);
    Shape two = new Shape(2, 2);
    SequentialBlock net = new SequentialBlock().add(convolution(true)).add(inner);
    if (!joined) {
      net.add(Activation.reluBlock());
    }
    net.add(maximum ? Pool.maxPool2dBlock(two, two) : Pool.avgPool2dBlock(two, two))
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(2).optBias(false).build());
    Model model = Model.newInstance("blocks", engine);
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 6, 6));
    List<double[]> values = List.of(slow.first, slow.firstBias, slow.second, slow.linear);
    List<Parameter> parameters = net.getParameters().values();
    for (int i = 0; i < values.size(); i++) {
      parameters.get(i).getArray().set(floats(values.get(i)));
    }
    return model;
  }

  private static Block convolution(boolean bias) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(SlowGuided.CHANNELS)
        .optPadding(new Shape(1, 1))
        .optBias(bias)
        .build();
  }

  @Test
  void onPyTorchBlocksThatMayHideReluAreRefused() {
    Block own =
        new AbstractBlock() {
          @Override
          protected NDList forwardInternal(
              ParameterStore store, NDList in, boolean training, PairList<String, Object> more) {
            return new NDList(Activation.relu(in.head().sub(1)));
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        };
    refused(own, "SequentialBlock, ParallelBlock");
    refused(LambdaBlock.singleton(array -> array.add(1).maximum(0)), "neither linear nor a ReLU");
  }

  private static void refused(Block hiding, String told) {
    try (Model model = Model.newInstance("hiding", "PyTorch");
        NDManager scope = model.getNDManager().newSubManager()) {
      SequentialBlock net = new SequentialBlock().add(convolution(true)).add(hiding);
      net.add(Pool.globalAvgPool2dBlock());
      model.setBlock(net);
      net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 6, 6));
      try (WholeNetwork network = new WholeNetwork(Network.of(model))) {
        NDArray x = scope.ones(new Shape(1, 3, 6, 6));
        assertThatThrownBy(() -> network.guidedGradients(x, logits -> logits.get(":, 0")))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining(told);
      }
    }
  }

  /** Two pictures at once, of which the second is the first one's negative. */
  private static void check(Model model, SlowGuided slow) {
    List<float[]> before = parameters(model);
    try (NDManager scope = model.getNDManager().newSubManager();
        WholeNetwork network = new WholeNetwork(Network.of(model))) {
      Shape shape = new Shape(1, SlowGuided.COLOURS, SlowGuided.SIDE, SlowGuided.SIDE);
      NDArray one = scope.create(floats(slow.x), shape);
      NDArray x = one.concat(one.neg(), 0);
      for (int target = 0; target < SlowGuided.CLASSES; target++) {
        String logit = ":, " + target;
        NDArray actual = network.guidedGradients(x, logits -> logits.get(logit)).perScore().get(0);
        assertThat(actual.getManager()).isSameAs(scope);
        assertThat(actual.get(0).toFloatArray())
            .containsExactly(floats(slow.gradient(target)), within(1e-4f));
      }
      assertThat(x.get("0:1").toFloatArray()).containsExactly(floats(slow.x));
      assertThat(x.hasGradient()).isFalse();
    }
    assertThat(parameters(model)).usingRecursiveComparison().isEqualTo(before);
  }

  private static List<float[]> parameters(Model model) {
    return model.getBlock().getParameters().values().stream()
        .filter(Parameter::isInitialized)
        .map(parameter -> parameter.getArray().toFloatArray())
        .toList();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
