package dev.limelight.sink;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * TensorBoard's messages: an Event is what a record of an event file holds, a Value one point of
 * one tag. The numbers are those of event.proto, summary.proto and tensor.proto.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto">their
 *     definitions</a>
 */
final class BoardEvent {

  private static final int SESSION_START = 1;
  private static final int STRINGS = 7;

  /** The number of a colour space is that of its channels. */
  private static final int RGB = 3;

  /** Offsets of the size in a PNG file. */
  private static final int PNG_WIDTH = 16;

  private static final int PNG_HEIGHT = 20;

  private BoardEvent() {}

  /** What an event file begins with. */
  static byte[] version() {
    return event().text(3, "brain.Event:2").toBytes();
  }

  /** Marks what other files of the folder hold at this step and later as outdated. */
  static byte[] start(int step) {
    return event()
        .integer(2, step)
        .message(7, new ProtobufWriter().integer(1, SESSION_START))
        .toBytes();
  }

  /** Points of several tags. */
  static byte[] summary(int step, List<ProtobufWriter> values) {
    ProtobufWriter summary = new ProtobufWriter();
    values.forEach(value -> summary.message(1, value));
    return event().integer(2, step).message(5, summary).toBytes();
  }

  static ProtobufWriter scalar(String tag, double value) {
    return new ProtobufWriter().text(1, tag).float32(2, (float) value);
  }

  /** An RGB picture, as PNG. */
  static ProtobufWriter image(String tag, byte[] png) {
    ByteBuffer header = ByteBuffer.wrap(png);
    return new ProtobufWriter()
        .text(1, tag)
        .message(
            4,
            new ProtobufWriter()
                .integer(1, header.getInt(PNG_HEIGHT))
                .integer(2, header.getInt(PNG_WIDTH))
                .integer(3, RGB)
                .bytes(4, png));
  }

  /** Markdown. */
  static ProtobufWriter text(String tag, String markdown) {
    ProtobufWriter plugin = new ProtobufWriter().text(1, "text");
    ProtobufWriter scalarShape = new ProtobufWriter();
    return new ProtobufWriter()
        .text(1, tag)
        .message(9, new ProtobufWriter().message(1, plugin))
        .message(
            8, new ProtobufWriter().integer(1, STRINGS).message(2, scalarShape).text(8, markdown));
  }

  private static ProtobufWriter event() {
    return new ProtobufWriter().float64(1, System.currentTimeMillis() / 1e3);
  }
}
