package dev.limelight.bench.symbol;

import ai.djl.ndarray.NDArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes the parameters of a symbol as MXNet does; DJL writes a format that only DJL reads. */
public final class ParameterWriter {

  private static final long LIST = 0x112;
  private static final int ARRAY = 0xF993FAC9;

  private ParameterWriter() {}

  /** Writes float32 arrays by their names. */
  public static void write(Path file, Map<String, NDArray> arrays) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(longs(LIST, 0, arrays.size()));
    for (NDArray array : arrays.values()) {
      long[] shape = array.getShape().getShape();
      // Stored densely, on the first CPU, as float32.
      out.write(integers(ARRAY, 0, shape.length));
      out.write(longs(shape));
      out.write(integers(1, 0, 0));
      float[] numbers = array.toFloatArray();
      ByteBuffer data = bytes(Float.BYTES * numbers.length);
      data.asFloatBuffer().put(numbers);
      out.write(data.array());
    }
    out.write(longs(arrays.size()));
    for (String name : arrays.keySet()) {
      String kind = name.contains("moving") ? "aux:" : "arg:";
      byte[] text = (kind + name).getBytes(StandardCharsets.UTF_8);
      out.write(longs(text.length));
      out.write(text);
    }
    Files.write(file, out.toByteArray());
  }

  private static byte[] longs(long... numbers) {
    ByteBuffer bytes = bytes(Long.BYTES * numbers.length);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  private static byte[] integers(int... numbers) {
    ByteBuffer bytes = bytes(Integer.BYTES * numbers.length);
    bytes.asIntBuffer().put(numbers);
    return bytes.array();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }
}
