package dev.limelight.io;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Reads items on a separate thread, in order, while the caller computes with those before; no more
 * than a few are in memory. What one item fails with is thrown where it is taken.
 *
 * @param <T> the kind of item
 */
@API(status = Status.INTERNAL)
public final class ReadAhead<T> implements AutoCloseable {

  private final int count;
  private final Reader<T> reader;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "limelight-read-ahead");
            made.setDaemon(true);
            return made;
          });
  private final Queue<Future<T>> ahead = new ArrayDeque<>();
  private int asked;

  /** Reads one item. */
  public interface Reader<T> {

    /**
     * The item of an index.
     *
     * @throws IOException if it cannot be read
     */
    T read(int index) throws IOException;
  }

  /**
   * Begins to read.
   *
   * @param count how many items there are, from 0
   * @param most how many may be in memory that are not taken yet, 1 or more
   * @param reader of an item, called on another thread, never twice at once
   */
  public ReadAhead(int count, int most, Reader<T> reader) {
    this.count = count;
    this.reader = reader;
    for (int i = 0; i < most; i++) {
      ask();
    }
  }

  private void ask() {
    if (asked < count) {
      int index = asked++;
      ahead.add(thread.submit(() -> reader.read(index)));
    }
  }

  /**
   * Takes the next item.
   *
   * @throws IOException if it could not be read
   * @throws CancellationException if the thread is interrupted while it waits
   */
  public T next() throws IOException {
    Future<T> next = ahead.remove();
    try {
      T item = next.get();
      ask();
      return item;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while pictures were read");
    } catch (ExecutionException e) {
      ask();
      throw thrown(Objects.requireNonNull(e.getCause(), "an ExecutionException has a cause"));
    }
  }

  /** What the reader threw, where the caller expects it. */
  private static IOException thrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException checked ? checked : new IOException(cause);
  }

  /** Reads nothing more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
