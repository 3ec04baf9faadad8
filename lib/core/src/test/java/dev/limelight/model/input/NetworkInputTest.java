package dev.limelight.model.input;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkInputTest {

  /** A damaged file claims any size, for which no memory must be taken. */
  @ParameterizedTest
  @CsvSource({
    "3, 224, 320, 224",
    "1, 8000, 8000, 8000",
    "0, 64, 64, 64",
    "3, 8000, 8000, 0",
    "3, 16384, 16384, 0",
    "3, 16385, 1, 0",
    "3, 0, 224, 0",
    "70000000000, 1, 1, 0",
    "9223372036854775807, 16384, 16384, 0",
  })
  void onlySizesOfPicturesAreTaken(long channels, long height, long width, long expected) {
    Block block = new LambdaBlock(inputs -> inputs);
    try (NDManager manager = NDManager.newBaseManager("MXNet")) {
      block.initialize(manager, DataType.FLOAT32, new Shape(1, channels, height, width));
      NetworkInput input = NetworkInput.of(block);
      assertThat(input.height()).isEqualTo(expected);
      assertThat(input.channels()).isEqualTo(expected == 0 ? 0 : channels);
    }
  }
}
