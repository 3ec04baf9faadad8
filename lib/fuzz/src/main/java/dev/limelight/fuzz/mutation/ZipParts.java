package dev.limelight.fuzz.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Zip archives as bytes. Other libraries refuse to write two entries of one name. */
final class ZipParts {

  static final int LOCAL = 0x04034b50;
  static final int CENTRAL = 0x02014b50;
  static final int END = 0x06054b50;

  private static final int MOST = 1 << 24;

  private ZipParts() {}

  /**
   * An entry.
   *
   * @param name its path
   * @param content what is in it
   * @param deflated whether it is stored compressed
   */
  record Part(String name, byte[] content, boolean deflated) {

    Part named(String other) {
      byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
      return new Part(
          bytes.length > 0xFFFF ? other.substring(0, 0x3FFF) : other, content, deflated);
    }

    Part holding(byte[] other) {
      return new Part(name, other, deflated);
    }

    byte[] stored() {
      if (!deflated) {
        return content;
      }
      Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
      try {
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 12];
        while (!deflater.finished()) {
          out.write(piece, 0, deflater.deflate(piece));
        }
        return out.toByteArray();
      } finally {
        deflater.end();
      }
    }
  }

  /**
   * The entries of the central directory.
   *
   * @throws IOException if it is no such archive
   */
  static List<Part> read(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - 22;
    while (end >= 0 && buffer.getInt(end) != END) {
      end--;
    }
    if (end < 0) {
      throw new IOException("no zip archive");
    }
    int count = Short.toUnsignedInt(buffer.getShort(end + 10));
    int at = buffer.getInt(end + 16);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int packed = buffer.getInt(at + 20);
      int size = buffer.getInt(at + 24);
      int name = Short.toUnsignedInt(buffer.getShort(at + 28));
      int local = buffer.getInt(at + 42);
      int data =
          local
              + 30
              + Short.toUnsignedInt(buffer.getShort(local + 26))
              + Short.toUnsignedInt(buffer.getShort(local + 28));
      if (packed < 0 || packed > bytes.length) {
        throw new IOException("no entry has " + packed + " bytes");
      }
      byte[] stored = new byte[packed];
      buffer.get(data, stored);
      boolean deflated = buffer.getShort(at + 10) != 0;
      parts.add(
          new Part(
              new String(bytes, at + 46, name, StandardCharsets.UTF_8),
              deflated ? inflated(stored, size) : stored,
              deflated));
      at +=
          46
              + name
              + Short.toUnsignedInt(buffer.getShort(at + 30))
              + Short.toUnsignedInt(buffer.getShort(at + 32));
    }
    return parts;
  }

  private static byte[] inflated(byte[] stored, int size) throws IOException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(stored);
      byte[] content = new byte[Math.max(0, Math.min(size, MOST))];
      int length = 0;
      while (length < content.length) {
        int more = inflater.inflate(content, length, content.length - length);
        if (more == 0) {
          break;
        }
        length += more;
      }
      return content;
    } catch (DataFormatException e) {
      throw new IOException(e);
    } finally {
      inflater.end();
    }
  }

  /** An archive of these entries, each at a multiple of 64 bytes as PyTorch has it. */
  static byte[] write(List<Part> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Part part : parts) {
      byte[] name = part.name().getBytes(StandardCharsets.UTF_8);
      byte[] stored = part.stored();
      CRC32 check = new CRC32();
      check.update(part.content());
      int at = out.size();
      int padding = 64 - (at + 30 + name.length) % 64;
      ByteBuffer common =
          little(26)
              .putShort((short) 20)
              .putShort((short) 0x800)
              .putShort((short) (part.deflated() ? 8 : 0))
              .putInt(0x00210000)
              .putInt((int) check.getValue())
              .putInt(stored.length)
              .putInt(part.content().length)
              .putShort((short) name.length);
      out.writeBytes(little(4).putInt(LOCAL).array());
      out.write(common.array(), 0, 24);
      out.writeBytes(little(2).putShort((short) padding).array());
      out.writeBytes(name);
      out.writeBytes(new byte[padding]);
      out.writeBytes(stored);
      directory.writeBytes(little(6).putInt(CENTRAL).putShort((short) 20).array());
      directory.write(common.array(), 0, 24);
      directory.writeBytes(little(16).putInt(12, at).array());
      directory.writeBytes(name);
    }
    int start = out.size();
    out.writeBytes(directory.toByteArray());
    out.writeBytes(
        little(22)
            .putInt(END)
            .putInt(0)
            .putShort((short) parts.size())
            .putShort((short) parts.size())
            .putInt(directory.size())
            .putInt(start)
            .array());
    return out.toByteArray();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
