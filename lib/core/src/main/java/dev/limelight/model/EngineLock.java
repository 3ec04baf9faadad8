package dev.limelight.model;

import ai.djl.engine.Engine;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The lock of one engine, which records for one caller at a time. Two engines have two locks. What
 * belongs to the caller, such as a listener, runs {@link #outside} of it, and sessions of another
 * engine may run {@link #away} from it.
 */
@API(status = Status.INTERNAL)
public final class EngineLock {

  private static final Map<Engine, EngineLock> ALL = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** Whether the thread that holds the lock may leave it to others; of that thread alone. */
  private boolean shared;

  private EngineLock() {}

  /** The lock of an engine: the same one for all callers. */
  public static EngineLock of(Engine engine) {
    return ALL.computeIfAbsent(engine, key -> new EngineLock());
  }

  /**
   * Runs work while no other thread holds the lock. The same thread may call it again inside.
   *
   * @throws CancellationException if the thread is interrupted while it waits for the lock
   */
  public <T> T call(Supplier<T> work) {
    acquire();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs work while no other thread holds the lock, after a wait that an interrupt does not end.
   */
  void clean(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same for work that other threads may interrupt at each of its {@link #away} parts, as it
   * leaves nothing half done there.
   */
  public <T> T share(Supplier<T> work) {
    return call(
        () -> {
          boolean before = shared;
          shared = lock.getHoldCount() == 1;
          try {
            return work.get();
          } finally {
            shared = before;
          }
        });
  }

  /**
   * Work that may fail with an exception of one kind.
   *
   * @param <T> what it gives
   * @param <E> what it may fail with
   */
  public interface Work<T, E extends Exception> {

    /** Does the work. */
    T run() throws E;
  }

  /**
   * Runs what needs nothing of this engine, such as a session of another one. Within {@link #share}
   * other threads may use the engine meanwhile.
   */
  public <T, E extends Exception> T away(Work<T, E> work) throws E {
    if (!lock.isHeldByCurrentThread() || !shared || lock.getHoldCount() > 1) {
      return work.run();
    }
    shared = false;
    lock.unlock();
    try {
      return work.run();
    } finally {
      lock.lock();
      shared = true;
    }
  }

  /**
   * Runs a caller's code, without the lock if this thread holds it, and then takes the lock again.
   */
  public void outside(Runnable callback) {
    int holds = lock.getHoldCount();
    boolean before = holds > 0 && shared;
    if (before) {
      shared = false;
    }
    for (int i = 0; i < holds; i++) {
      lock.unlock();
    }
    try {
      callback.run();
    } finally {
      for (int i = 0; i < holds; i++) {
        lock.lock();
      }
      if (before) {
        shared = true;
      }
    }
  }

  private void acquire() {
    if (lock.tryLock()) {
      return;
    }
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for another thread's explanation");
    }
  }
}
