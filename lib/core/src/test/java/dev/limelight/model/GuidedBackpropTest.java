package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
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
        NDArray actual = network.guidedGradient(x, logits -> logits.get(logit));
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
