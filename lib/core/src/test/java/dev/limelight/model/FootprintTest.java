package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import dev.limelight.TinyResNet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of a forward pass is that of all operations, however a network is written. */
class FootprintTest {

  private static final Shape PICTURE = new Shape(3, 64, 64);

  @ParameterizedTest
  @ValueSource(strings = {"MXNet", "PyTorch", "traced", "scripted"})
  void everyFormCountsWhatTheSymbolCounts(String kind) {
    long symbol = values("symbol");
    assertThat(values(kind)).isCloseTo(symbol, withinPercentage(5));
  }

  private static long values(String kind) {
    try (Model model = TinyResNet.of(kind);
        Network network = Network.of(model)) {
      return network.values(PICTURE);
    }
  }
}
