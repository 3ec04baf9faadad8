package dev.limelight.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.torch.TensorView.Storage;
import dev.limelight.torch.TorchTensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorViewTest {

  /** Two rows of three numbers, which lie in order, turned, or apart. */
  @ParameterizedTest
  @CsvSource({"3, 1", "1, 2", "4, 1", "7, 2"})
  void numbersThatArePutAreReadAndNothingElseChanges(long row, long column)
      throws MalformedFileException {
    Storage storage = new Storage("0", DataType.FLOAT32, 16 * Float.BYTES);
    TensorView view =
        TensorView.of(storage, DataType.FLOAT32, 2, new long[] {2, 3}, new long[] {row, column});
    ByteBuffer bytes = ByteBuffer.allocate(16 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 16; i++) {
      bytes.putFloat(i * Float.BYTES, i);
    }
    ByteBuffer numbers = ByteBuffer.allocate(6 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      numbers.putFloat(i * Float.BYTES, 100 + i);
    }
    view.put(numbers, bytes);
    assertThat(view.on(bytes).toFloatArray()).containsExactly(100, 101, 102, 103, 104, 105);
    for (int i = 0; i < 16; i++) {
      float found = bytes.getFloat(i * Float.BYTES);
      assertThat(found).isEqualTo(place(i, row, column));
    }
  }

  private static float place(int at, long row, long column) {
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 3; x++) {
        if (at == 2 + y * row + x * column) {
          return 100 + 3 * y + x;
        }
      }
    }
    return at;
  }
}
