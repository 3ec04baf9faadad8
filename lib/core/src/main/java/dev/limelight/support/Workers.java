package dev.limelight.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Several threads that do one step of a work after another until none is left. */
@API(status = Status.INTERNAL)
public final class Workers {

  private Workers() {}

  /**
   * Does all steps: on the thread of the caller if one thread is enough, and else on others while
   * the caller waits. After a failure no step begins.
   *
   * @param threads how many, 1 or more
   * @param step takes and does the next step, called by all threads at once; false if there is none
   * @throws CancellationException if the caller is interrupted; so are the threads
   */
  public static void run(int threads, BooleanSupplier step) {
    if (threads <= 1) {
      while (step.getAsBoolean()) {
        // The step has done the work.
      }
      return;
    }
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread made = new Thread(task, "limelight-worker");
              made.setDaemon(true);
              return made;
            });
    AtomicBoolean failed = new AtomicBoolean();
    List<Future<?>> all = new ArrayList<>();
    try {
      for (int i = 0; i < threads; i++) {
        all.add(workers.submit(() -> steps(step, failed)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw unchecked(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      failed.set(true);
      workers.shutdownNow();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while several threads worked");
    } finally {
      end(workers);
    }
  }

  private static void steps(BooleanSupplier step, AtomicBoolean failed) {
    try {
      while (!failed.get() && step.getAsBoolean()) {
        // The step has done the work.
      }
    } catch (RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  /** Nothing of the work may go on when the caller frees what it needs. */
  private static void end(ExecutorService workers) {
    workers.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (workers.awaitTermination(1, TimeUnit.HOURS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
        workers.shutdownNow();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
