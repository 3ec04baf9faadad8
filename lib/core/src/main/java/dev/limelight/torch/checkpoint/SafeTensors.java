package dev.limelight.torch.checkpoint;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.StatePickle;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.TorchTensor.DataType;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code .safetensors} file: the length of a header, a header in JSON that gives the type, shape
 * and bytes of each tensor, and the bytes. The tensors must fill the rest of the file without gaps,
 * as the format demands.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class SafeTensors {

  static final String ENDING = ".safetensors";

  /** In bytes: the limit of the format, or a smaller one in a small heap. */
  static final long LONGEST_HEADER = Math.min(100_000_000, StatePickle.MAX_BYTES);

  private static final int MOST_DIMENSIONS = 64;
  private static final String METADATA = "__metadata__";

  private static final Map<String, DataType> TYPES =
      Map.of(
          "F16", DataType.FLOAT16,
          "BF16", DataType.BFLOAT16,
          "F32", DataType.FLOAT32,
          "F64", DataType.FLOAT64,
          "I8", DataType.INT8,
          "U8", DataType.UINT8,
          "I16", DataType.INT16,
          "I32", DataType.INT32,
          "I64", DataType.INT64,
          "BOOL", DataType.BOOL);

  /** What the header says of one tensor; the bytes count from the end of the header. */
  private record Entry(String name, DataType type, long[] shape, long begin, long end) {}

  private SafeTensors() {}

  /**
   * Reads all tensors, sorted by where their bytes are.
   *
   * @throws IOException if it cannot be read; the message follows the file's name
   */
  static Map<String, TorchTensor> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer length = bytes(channel, 0, Long.BYTES);
      long header = length.getLong(0);
      long limit = Math.min(LONGEST_HEADER, channel.size() - Long.BYTES);
      if (header < 2 || header > limit) {
        throw new MalformedFileException(
            "is no safetensors file: its header would have "
                + Long.toUnsignedString(header)
                + " bytes, and at most "
                + Math.max(0, limit)
                + " are possible; download it again");
      }
      List<Entry> entries = entries(text(bytes(channel, Long.BYTES, (int) header)));
      long start = Long.BYTES + header;
      checkBytes(entries, channel.size() - start);
      Map<String, TorchTensor> tensors = new LinkedHashMap<>();
      for (Entry entry : entries) {
        int size = (int) (entry.end() - entry.begin());
        ByteBuffer data = bytes(channel, start + entry.begin(), size);
        tensors.put(entry.name(), new TorchTensor(entry.type(), entry.shape(), data));
      }
      return tensors;
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long position, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("it ends after " + channel.size() + " bytes");
      }
    }
    return bytes.flip();
  }

  private static String text(ByteBuffer header) throws IOException {
    if (header.get(0) != '{') {
      throw new MalformedFileException(
          "is no safetensors file: its header does not begin with {; download it again");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(header).toString();
    } catch (CharacterCodingException e) {
      throw damaged("is not UTF-8");
    }
  }

  /** Without recursion: what is nested more deeply than the format is refused at once. */
  private static List<Entry> entries(String header) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (JsonReader json = new JsonReader(new StringReader(header))) {
      UniqueKeys names = new UniqueKeys();
      json.beginObject();
      while (json.hasNext()) {
        String name = names.next(json);
        if (name.equals(METADATA)) {
          metadata(json);
        } else {
          entries.add(entry(name, json));
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw damaged("goes on after its end");
      }
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      // What the parser says names its own settings.
      throw damaged("is not the JSON of tensors with dtype, shape and data_offsets");
    }
    return entries;
  }

  private static void metadata(JsonReader json) throws IOException {
    UniqueKeys keys = new UniqueKeys();
    json.beginObject();
    while (json.hasNext()) {
      keys.next(json);
      json.nextString();
    }
    json.endObject();
  }

  private static Entry entry(String name, JsonReader json) throws IOException {
    String type = "";
    long[] shape = null;
    long[] offsets = null;
    UniqueKeys keys = new UniqueKeys();
    json.beginObject();
    while (json.hasNext()) {
      String key = keys.next(json);
      switch (key) {
        case "dtype" -> type = json.nextString();
        case "shape" -> shape = numbers(json, MOST_DIMENSIONS);
        case "data_offsets" -> offsets = numbers(json, 2);
        default -> throw damaged("says '" + shown(key) + "' of tensor " + shown(name));
      }
    }
    json.endObject();
    if (shape == null || offsets == null || offsets.length != 2) {
      throw damaged("lacks the shape or the data_offsets of tensor " + shown(name));
    }
    DataType known = TYPES.get(type);
    if (known == null) {
      throw new MalformedFileException(
          "holds tensor "
              + shown(name)
              + " of type "
              + shown(type)
              + ", and those that can be read are "
              + TYPES.keySet().stream().sorted().toList()
              + "; save it as one of them");
    }
    return checked(new Entry(name, known, shape, offsets[0], offsets[1]));
  }

  private static long[] numbers(JsonReader json, int most) throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      // A text or a fraction is no length, though the parser would take either.
      String number = json.peek() == JsonToken.NUMBER ? json.nextString() : "";
      if (!number.matches("0|[1-9][0-9]{0,18}") || numbers.size() == most) {
        throw damaged("has a shape or data_offsets that cannot be");
      }
      numbers.add(Long.valueOf(number));
    }
    json.endArray();
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static Entry checked(Entry entry) throws IOException {
    long bytes = entry.type().bytes();
    try {
      for (long side : entry.shape()) {
        bytes = Math.multiplyExact(bytes, side);
      }
    } catch (ArithmeticException e) {
      throw damaged("gives tensor " + shown(entry.name()) + " a shape that is too large");
    }
    if (entry.begin() > entry.end() || entry.end() - entry.begin() != bytes) {
      throw damaged(
          "gives tensor "
              + shown(entry.name())
              + " the bytes from "
              + entry.begin()
              + " to "
              + entry.end()
              + ", and its shape has "
              + bytes);
    }
    TorchArchive.checkHeap(bytes);
    return entry;
  }

  /** Sorts the tensors by their bytes, which must follow one another and fill the file. */
  private static void checkBytes(List<Entry> entries, long size) throws IOException {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : entries) {
      if (entry.begin() != position) {
        throw damaged(
            (entry.begin() < position ? "lets tensors overlap" : "leaves a gap between tensors")
                + " before tensor "
                + shown(entry.name()));
      }
      position = entry.end();
    }
    if (position != size) {
      throw new MalformedFileException(
          "is damaged or cut short: its tensors have "
              + position
              + " bytes, and "
              + size
              + " follow the header; download it again");
    }
    TorchArchive.checkTotal(size);
  }

  private static String shown(String name) {
    return Names.printable(name);
  }

  private static MalformedFileException damaged(String predicate) {
    return new MalformedFileException(
        "is damaged: its header " + predicate + "; download it again");
  }
}
