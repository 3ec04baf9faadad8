package dev.limelight.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.limelight.Fixtures;
import dev.limelight.torch.TorchTensor.DataType;
import dev.limelight.torch.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {

  private static final String ONE =
      "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

  @TempDir private Path folder;

  private Path file(String header, int bytes) throws IOException {
    return Files.write(
        folder.resolve("model.safetensors"), SafeTensorsText.file(header, new byte[bytes]));
  }

  private static String entry(String name, String type, String shape, long begin, long end) {
    return "\""
        + name
        + "\":{\"dtype\":\""
        + type
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":["
        + begin
        + ","
        + end
        + "]}";
  }

  /** Written by the library safetensors 0.8.0 itself: make_checkpoints.py. */
  @Test
  void everyTypeIsReadAsTheFormatsOwnLibraryWroteIt() throws IOException {
    TorchCheckpoint read =
        TorchCheckpoint.read(Fixtures.folder("checkpoints").resolve("types.safetensors"));
    Map<String, TorchTensor> pickled =
        TorchCheckpoint.read(TorchCheckpointTest.checkpoint("types")).tensors();
    assertThat(read.isOrdered()).isFalse();
    assertThat(read.tensors().keySet()).containsExactlyInAnyOrderElementsOf(pickled.keySet());
    read.tensors()
        .forEach(
            (name, tensor) -> {
              assertThat(tensor).asString().isEqualTo(pickled.get(name).toString());
              assertThat(tensor.toFloatArray()).isEqualTo(pickled.get(name).toFloatArray());
            });
  }

  @Test
  void emptyAndScalarTensorsMetadataAndPaddingAreOfTheFormat() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + entry("none", "F32", "[0,3]", 4, 4)
            + ","
            + entry("one", "F32", "[]", 0, 4)
            + "}    ";
    Map<String, TorchTensor> tensors = TorchCheckpoint.read(file(header, 4)).tensors();
    assertThat(tensors.get("none").shape()).containsExactly(0, 3);
    assertThat(tensors.get("one").shape()).isEmpty();
    assertThat(TorchCheckpoint.read(file("{}", 0)).tensors()).isEmpty();
  }

  @Test
  void numbersThatAreNotFiniteAreKept() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(Float.NaN).putFloat(Float.NEGATIVE_INFINITY);
    Path file =
        Files.write(
            folder.resolve("odd.safetensors"), SafeTensorsText.file("{" + ONE + "}", data.array()));
    assertThat(TorchCheckpoint.read(file).tensor("a").toFloatArray())
        .containsExactly(Float.NaN, Float.NEGATIVE_INFINITY);
  }

  /** A header, the bytes after it, and what the refusal says. */
  record Hostile(String header, int bytes, String message) {}

  static List<Hostile> hostile() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    String deepMetadata = "{\"__metadata__\":" + "{\"a\":".repeat(100_000) + "1}";
    String dimensions =
        IntStream.range(0, 1000).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
    return List.of(
        new Hostile("{" + ONE + "}", 4, "its tensors have 8 bytes, and 4 follow the header"),
        new Hostile("{" + ONE + "}", 9, "its tensors have 8 bytes, and 9 follow the header"),
        new Hostile("{" + ONE + "," + ONE + "}", 8, "has the name a twice"),
        new Hostile(
            "{" + ONE + "," + entry("b", "F32", "[2]", 4, 12) + "}",
            12,
            "lets tensors overlap before tensor b"),
        new Hostile(
            "{" + ONE + "," + entry("b", "F32", "[2]", 0, 8) + "}", 8, "lets tensors overlap"),
        new Hostile(
            "{" + ONE + "," + entry("b", "F32", "[1]", 12, 16) + "}",
            16,
            "leaves a gap between tensors before tensor b"),
        new Hostile("{" + entry("a", "F32", "[3]", 0, 8) + "}", 8, "and its shape has 12"),
        new Hostile("{" + entry("a", "F32", "[2]", 8, 0) + "}", 8, "from 8 to 0"),
        new Hostile("{" + entry("a", "F32", "[4611686018427387904,2]", 0, 8) + "}", 8, "too large"),
        new Hostile("{" + entry("a", "F32", "[2305843009213693952]", 0, 8) + "}", 8, "too large"),
        new Hostile(
            "{" + entry("a", "I8", "[9000000000]", 0, 9_000_000_000L) + "}", 8, "bytes of memory"),
        new Hostile("{" + entry("a", "F32", "[-2]", 0, 8) + "}", 8, "that cannot be"),
        new Hostile("{" + entry("a", "F32", "[2.0]", 0, 8) + "}", 8, "that cannot be"),
        new Hostile("{" + entry("a", "F32", "[\"2\"]", 0, 8) + "}", 8, "that cannot be"),
        new Hostile("{" + entry("a", "F32", "[1e400]", 0, 8) + "}", 8, "that cannot be"),
        new Hostile("{" + entry("a", "F32", dimensions, 0, 4) + "}", 4, "that cannot be"),
        new Hostile("{" + entry("a", "F8_E4M3", "[8]", 0, 8) + "}", 8, "of type F8_E4M3"),
        new Hostile("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "lacks the shape"),
        new Hostile("{\"a\":{\"dtype\":\"F32\",\"sha\":[2]}}", 8, "says 'sha' of tensor a"),
        new Hostile("{" + ONE + "}{}", 8, "its header"),
        new Hostile("{" + ONE, 8, "is not the JSON"),
        new Hostile("[1]", 8, "does not begin with {"),
        new Hostile("{\"a\\u0000\\nb\":1}", 8, "is not the JSON"),
        new Hostile(deep, 0, "is not the JSON"),
        new Hostile(deepMetadata, 0, "is not the JSON"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileHeadersAreRefusedInASentence(Hostile hostile) throws IOException {
    Path file = file(hostile.header(), hostile.bytes());
    Throwable refusal = catchThrowable(() -> TorchCheckpoint.read(file));
    assertThat(refusal)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " ")
        .hasMessageContaining(hostile.message())
        .hasMessageNotContaining("\n");
    assertThat(refusal.getMessage()).hasSizeLessThan(file.toString().length() + 300);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 200_000_000, Long.MAX_VALUE, Long.MIN_VALUE, 1 << 20})
  void aLengthThatLiesIsRefusedBeforeMemoryIsTaken(long length) throws IOException {
    byte[] bytes = SafeTensorsText.file("{" + ONE + "}", new byte[8]);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Path file = Files.write(folder.resolve("lying.safetensors"), bytes);
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its header would have " + Long.toUnsignedString(length));
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    byte[] whole = SafeTensorsText.file("{" + ONE + "}", new byte[8]);
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("short.safetensors"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TorchCheckpoint.read(file))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("short.safetensors");
    }
  }

  @Test
  void anyOtherByteIsReadOrRefused() throws IOException {
    byte[] whole =
        SafeTensorsText.file("{" + ONE + "," + entry("b", "I64", "[1]", 8, 16) + "}", new byte[16]);
    Random random = new Random(7);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
      Path file = Files.write(folder.resolve("damaged.safetensors"), damaged);
      try {
        assertThat(TorchCheckpoint.read(file).tensors()).isNotEmpty();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("damaged.safetensors").hasMessageNotContaining("\n");
      }
    }
  }

  private Path sharded(Map<String, String> files) throws IOException {
    SafeTensorsText.write(folder.resolve("part-1.safetensors"), Map.of("a", numbers(1, 2)));
    SafeTensorsText.write(folder.resolve("part-2.safetensors"), Map.of("b", numbers(3)));
    String map =
        files.entrySet().stream()
            .map(file -> "\"" + file.getKey() + "\":\"" + file.getValue() + "\"")
            .collect(Collectors.joining(","));
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":12},\"weight_map\":{" + map + "}}");
  }

  private static TorchTensor numbers(float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length);
    data.asFloatBuffer().put(values);
    return new TorchTensor(DataType.FLOAT32, new long[] {values.length}, data);
  }

  @Test
  void shardsAreReadAsOne() throws IOException {
    Path index = sharded(Map.of("a", "part-1.safetensors", "b", "part-2.safetensors"));
    TorchCheckpoint read = TorchCheckpoint.read(index);
    assertThat(read.tensor("a").toFloatArray()).containsExactly(1, 2);
    assertThat(read.tensor("b").toFloatArray()).containsExactly(3);
    assertThat(TorchCheckpoint.files(index))
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "model.safetensors.index.json", "part-1.safetensors", "part-2.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../part-2.safetensors",
        "/etc/passwd",
        "..",
        "",
        "sub/part-2.safetensors",
        "C:\\\\part.safetensors",
        ".safetensors",
        "model.safetensors.index.json"
      })
  void anIndexNamesSiblingsAlone(String name) throws IOException {
    Path index = sharded(Map.of("a", "part-1.safetensors", "b", name));
    assertThatThrownBy(() -> TorchCheckpoint.read(index))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a part is a .safetensors or .bin file in the folder of the index");
    assertThatThrownBy(() -> TorchCheckpoint.files(index)).isInstanceOf(IOException.class);
  }

  @Test
  void anIndexAndItsFilesMustAgree() throws IOException {
    Map<String, String> more = new LinkedHashMap<>();
    more.put("a", "part-1.safetensors");
    more.put("b", "part-2.safetensors");
    more.put("c", "part-2.safetensors");
    refused(sharded(more), "c is not in part-2.safetensors");
    refused(sharded(Map.of("a", "part-3.safetensors")), "part-3.safetensors, which is missing");
    refused(
        sharded(Map.of("a", "part-2.safetensors", "b", "part-2.safetensors")),
        "a is not in part-2.safetensors");
    refused(
        sharded(Map.of("a", "part-1.safetensors", "c", "part-2.safetensors")),
        "part-2.safetensors holds b, which the index does not name");
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\":[]}");
    refused(index, "is not JSON with a weight_map");
    Files.writeString(index, "{\"metadata\":{}}");
    refused(index, "has no weight_map");
    Files.writeString(index, "{\"weight_map\":{\"a\":{}}}");
    refused(index, "is not JSON with a weight_map");
    Files.writeString(index, "{\"x\":" + "[".repeat(100_000));
    refused(index, "model.safetensors.index.json");
  }

  private static void refused(Path index, String message) {
    assertThatThrownBy(() -> TorchCheckpoint.read(index))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
