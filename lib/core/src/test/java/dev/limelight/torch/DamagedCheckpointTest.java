package dev.limelight.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever happened to a file, it is read or refused in one sentence. */
class DamagedCheckpointTest {

  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("damaged");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("damaged.pth"));
    Files.delete(folder);
  }

  @Provide
  static Arbitrary<String> names() {
    return Arbitraries.of(
        "types", "types-stream", "views-stream", "training", "training-stream", "parallel");
  }

  @Example
  void aCheckpointCutShortAnywhereIsRefusedOrWhole() throws IOException {
    for (String name : List.of("views-stream", "views", "training-stream")) {
      Path original = TorchCheckpointTest.checkpoint(name);
      TorchCheckpoint expected = TorchCheckpoint.read(original);
      byte[] whole = Files.readAllBytes(original);
      for (int length = 0; length < whole.length; length++) {
        Path file = Files.write(folder.resolve("damaged.pth"), Arrays.copyOf(whole, length));
        TorchCheckpoint read = readOrRefused(file);
        if (read != null) {
          assertSame(read, expected);
        }
      }
    }
  }

  @Property(tries = 3000)
  void aCheckpointWithOtherBytesIsReadOrRefused(
      @ForAll("names") String name, @ForAll long[] places, @ForAll byte value) throws IOException {
    byte[] bytes = Files.readAllBytes(TorchCheckpointTest.checkpoint(name));
    for (int i = 0; i < Math.min(4, places.length); i++) {
      bytes[(int) Long.remainderUnsigned(places[i], bytes.length)] ^= (byte) (value + i);
    }
    TorchCheckpoint read = readOrRefused(Files.write(folder.resolve("damaged.pth"), bytes));
    if (read != null) {
      read.tensors().values().forEach(TorchTensor::toFloatArray);
    }
  }

  /** The pickle of a zip is kept by a checksum, so its damage is tested separately. */
  @Property(tries = 3000)
  void aPickleWithOtherBytesIsReadOrRefused(
      @ForAll("names") String name, @ForAll long place, @ForAll byte value) throws IOException {
    Path original = TorchCheckpointTest.checkpoint(name.replace("-stream", ""));
    byte[] pickle;
    try (TorchArchive archive = TorchArchive.read(original)) {
      pickle = archive.bytes("data.pkl");
    }
    pickle[(int) Long.remainderUnsigned(place, pickle.length)] = value;
    Path file = PickleText.zip(folder, new String(pickle, StandardCharsets.ISO_8859_1));
    readOrRefused(
        Files.move(file, folder.resolve("damaged.pth"), StandardCopyOption.REPLACE_EXISTING));
  }

  private static TorchCheckpoint readOrRefused(Path file) {
    try {
      return TorchCheckpoint.read(file);
    } catch (IOException e) {
      assertThat(e.getMessage()).startsWith(file + " ").doesNotContain("\n");
      return null;
    }
  }

  private static void assertSame(TorchCheckpoint read, TorchCheckpoint whole) {
    assertThat(read.tensors().keySet()).containsExactlyElementsOf(whole.tensors().keySet());
    for (Map.Entry<String, TorchTensor> named : whole.tensors().entrySet()) {
      TorchTensor tensor = read.tensor(named.getKey());
      assertThat(tensor).hasToString(named.getValue().toString());
      assertThat(tensor.data()).isEqualTo(named.getValue().data());
    }
  }
}
