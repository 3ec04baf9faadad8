package dev.limelight.model;

import static dev.limelight.model.TokensTest.pictures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.mxnet.SymbolText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** MXNet symbols whose nodes give tokens, or channels last. */
class TokenGraphsTest {

  /** A symbol, whose nodes are cut one by one. */
  @Test
  void symbolsOfTokensAreCutToo() {
    SymbolText text = new SymbolText();
    int data = text.variable("data");
    int weight = text.variable("conv_weight");
    int bias = text.variable("conv_bias");
    String patches = "{\"kernel\":\"(8,8)\",\"stride\":\"(8,8)\",\"num_filter\":\"6\"}";
    int conv = text.node("Convolution", "conv", patches, data, weight, bias);
    int last = text.node("transpose", "last", "{\"axes\":\"(0,2,3,1)\"}", conv);
    int tokens = text.node("Reshape", "tokens", "{\"shape\":\"(0,-3,0)\"}", last);
    int act = text.node("Activation", "act", "{\"act_type\":\"tanh\"}", tokens);
    int mean = text.node("mean", "mean", "{\"axis\":\"1\"}", act);
    int fcWeight = text.variable("fc_weight");
    int fcBias = text.variable("fc_bias");
    int head = text.node("FullyConnected", "fc", "{\"num_hidden\":\"4\"}", mean, fcWeight, fcBias);
    Map<String, Shape> shapes =
        Map.of(
            "conv_weight", new Shape(6, 3, 8, 8),
            "conv_bias", new Shape(6),
            "fc_weight", new Shape(4, 6),
            "fc_bias", new Shape(4));
    try (Model model = text.model(head, shapes, List.of("data"));
        NDManager scope = model.getNDManager().newSubManager()) {
      NDArray x = pictures(scope, 2, 24, 48).mul(0.1f);
      Network network = Network.of(model);
      assertThat(network.layers(new Shape(3, 24, 48)))
          .extracting(layer -> layer.path().name(), Layer::shape)
          .containsExactly(
              tuple("conv", new Shape(1, 6, 3, 6)),
              tuple("last", new Shape(1, 6, 3, 6)),
              tuple("tokens", new Shape(1, 6, 3, 6)),
              tuple("act", new Shape(1, 6, 3, 6)));
      assertAlike(network, x, "conv", "last", "tokens");
    }
  }

  /** The same activations at every layer, and the same logits behind them. */
  static void assertAlike(Network network, NDArray x, String first, String... others) {
    try (SplitModel split = network.split(LayerPath.of(first))) {
      Cut expected = split.features(x);
      for (String other : others) {
        try (SplitModel again = network.split(LayerPath.of(other))) {
          Cut cut = again.features(x);
          assertThat(cut.activations().toFloatArray())
              .as(other)
              .containsExactly(expected.activations().toFloatArray(), within(1e-5f));
          assertThat(again.head(cut).toFloatArray())
              .as(other)
              .containsExactly(split.head(expected).toFloatArray(), within(1e-5f));
        }
      }
    }
  }
}
