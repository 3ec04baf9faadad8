package dev.limelight.model.mxnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.Network;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Symbols that make much of a small picture. */
class MxMemoryTest {

  private static final Shape PICTURE = new Shape(3, 8, 8);

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Pad      | 'mode':'constant','pad_width':'(0,0,0,0,0,100000,0,100000)'",
        "tile     | 'reps':'(1,1,10000,10000)'",
        "repeat   | 'repeats':'100000000'",
        "UpSampling | 'scale':'10000','sample_type':'nearest','num_args':'1'",
        "one_hot  | 'depth':'1000000000'",
        "_contrib_BilinearResize2D | 'height':'10000','width':'10000'",
        "broadcast_axis | 'axis':'0','size':'100000000'",
      })
  void areRefusedBeforeTheyAreRun(String operator, String attributes) {
    try (Model model = model(operator, attributes)) {
      Network network = Network.of(model);
      assertThatThrownBy(() -> network.layers(PICTURE))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("'much' would have")
          .hasMessageContaining("at a time for a picture of this size");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Pad      | 'mode':'constant','pad_width':'(0,0,0,0,0,2,0,2)'",
        "tile     | 'reps':'(1,1,2,2)'",
        "UpSampling | 'scale':'2','sample_type':'nearest','num_args':'1'",
      })
  void areRunIfTheyMakeLittle(String operator, String attributes) {
    try (Model model = model(operator, attributes)) {
      assertThat(Network.of(model).outputs(PICTURE)).isNotEmpty();
    }
  }

  /** MXNet cannot tell the shape of a factor from what it is multiplied with. */
  @Test
  void areRefusedAfterWeightsOfAnyShape() {
    SymbolText text = new SymbolText();
    int scaled =
        text.node("broadcast_mul", "scaled", "{}", text.variable("data"), text.variable("gamma"));
    int much = text.node("tile", "much", "{\"reps\":\"(1,1,10000,10000)\"}", scaled);
    int head = text.node("mean", "mean", "{\"axis\":\"(2,3)\"}", much);
    Map<String, Shape> gamma = Map.of("gamma", new Shape(1, 3, 1, 1));
    try (Model model = text.model(head, gamma, List.of("data"))) {
      Network network = Network.of(model);
      assertThatThrownBy(() -> network.layers(PICTURE))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("'much' would have");
    }
  }

  private static Model model(String operator, String attributes) {
    SymbolText text = new SymbolText();
    int relu = text.node("Activation", "relu", "{\"act_type\":\"relu\"}", text.variable("data"));
    int much = text.node(operator, "much", "{" + attributes.replace('\'', '"') + "}", relu);
    int head = text.node("mean", "mean", "{\"axis\":\"(2,3)\"}", much);
    return text.model(head, Map.of(), List.of("data"));
  }
}
