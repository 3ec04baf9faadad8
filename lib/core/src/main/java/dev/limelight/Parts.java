package dev.limelight;

import dev.limelight.io.ReadAhead;
import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The batches of a source, in order. No lock may be held while they are taken. */
interface Parts extends AutoCloseable {

  /** The next batch. */
  Source.Part next();

  @Override
  default void close() {}

  /**
   * Pictures are resized one batch ahead, while the network computes; other inputs come from the
   * caller, on whose thread they are made.
   *
   * @param size how many are in a batch; the last one may have fewer
   */
  static Parts of(Source source, int size, Preprocessing by) {
    int count = source.count();
    ReadAhead.Reader<Source.Part> part =
        i -> source.part(i * size, Math.min((i + 1) * size, count), by);
    int batches = (count + size - 1) / size;
    return source instanceof Source.Pictures && batches > 1
        ? ahead(new ReadAhead<>(batches, 1, part))
        : new Parts() {
          private int next;

          @Override
          public Source.Part next() {
            return read(() -> part.read(next++));
          }
        };
  }

  private static Parts ahead(ReadAhead<Source.Part> parts) {
    return new Parts() {
      @Override
      public Source.Part next() {
        return read(parts::next);
      }

      @Override
      public void close() {
        parts.close();
      }
    };
  }

  /** A batch that is read. */
  interface Taken {
    Source.Part take() throws IOException;
  }

  private static Source.Part read(Taken taken) {
    try {
      return taken.take();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
