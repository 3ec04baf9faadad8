package dev.limelight.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes .safetensors files, correct ones and others. */
public final class SafeTensorsText {

  private SafeTensorsText() {}

  /**
   * A file of any header and data.
   *
   * @param header the JSON
   * @param data what follows it
   */
  public static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** A file of float tensors, sorted by name as the format's own library sorts them. */
  public static void write(Path file, Map<String, TorchTensor> tensors) throws IOException {
    JsonObject header = new JsonObject();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, TorchTensor> named : new TreeMap<>(tensors).entrySet()) {
      float[] values = named.getValue().toFloatArray();
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", "F32");
      JsonArray shape = new JsonArray();
      for (long length : named.getValue().shape()) {
        shape.add(length);
      }
      entry.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(data.size());
      data.write(bytes.array());
      offsets.add(data.size());
      entry.add("data_offsets", offsets);
      header.add(named.getKey(), entry);
    }
    Files.write(file, file(header.toString(), data.toByteArray()));
  }
}
