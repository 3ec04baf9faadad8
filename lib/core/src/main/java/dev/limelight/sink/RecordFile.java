package dev.limelight.sink;

import java.io.Closeable;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A file of TFRecords: each has the length of its data (64 bits), the masked CRC-32C of the length,
 * the data, and the masked CRC-32C of the data. A reader that follows the file waits where a record
 * is not whole yet.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">the format</a>
 */
final class RecordFile implements Closeable {

  private static final int MASK_DELTA = 0xa282ead8;
  private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;

  /** Not a channel, which an interrupt of the thread would close. */
  private final FileOutputStream out;

  /** Opens an empty file. */
  RecordFile(File file) throws IOException {
    out = new FileOutputStream(file);
  }

  /** Appends records by one write, so that a reader sees them all or waits. */
  void append(byte[]... records) throws IOException {
    int size = 0;
    for (byte[] data : records) {
      size = Math.addExact(size, FRAME + data.length);
    }
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] data : records) {
      int start = buffer.position();
      buffer.putLong(data.length).putInt(maskedCrc(buffer.array(), start, Long.BYTES));
      buffer.put(data).putInt(maskedCrc(data, 0, data.length));
    }
    out.write(buffer.array());
  }

  /** CRC-32C c, turned and moved: {@code ((c >>> 15) | (c << 17)) + 0xa282ead8}. */
  static int maskedCrc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
