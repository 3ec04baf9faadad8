package dev.limelight.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Work that goes on while its caller does something else, and its result.
 *
 * @param result which is waited for by {@link #get}
 */
@API(status = Status.INTERNAL)
public record Meanwhile<T>(CompletableFuture<T> result) {

  /** Work that may fail. */
  @FunctionalInterface
  public interface Work<T> {

    /** Does it. */
    T get() throws IOException;
  }

  /** Begins the work. */
  public static <T> Meanwhile<T> begin(Work<T> work) {
    return new Meanwhile<>(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.get();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }

  /** Does the work now, for whoever needs its result at once. */
  public static <T> Meanwhile<T> done(Work<T> work) throws IOException {
    return new Meanwhile<>(CompletableFuture.completedFuture(work.get()));
  }

  /** Waits for the result, or fails as the work did. */
  public T get() throws IOException {
    try {
      return result.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof UncheckedIOException failed && failed.getCause() != null) {
        throw failed.getCause();
      }
      if (cause instanceof RuntimeException failed) {
        throw failed;
      }
      if (cause instanceof Error failed) {
        throw failed;
      }
      throw e;
    }
  }
}
