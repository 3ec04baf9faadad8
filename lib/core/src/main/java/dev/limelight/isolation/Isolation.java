package dev.limelight.isolation;

import java.io.Serializable;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The limits of the process in which a model is loaded and run.
 *
 * @param memory the address space of the process in bytes, a quarter of it for Java's heap
 * @param seconds for loading the model, and for each picture
 */
@API(status = Status.INTERNAL)
public record Isolation(long memory, int seconds) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Less does not hold a JVM with an engine. */
  private static final long LEAST_MEMORY = 2L << 30;

  /** 8 GiB and ten minutes. */
  public static final Isolation STANDARD = new Isolation(8L << 30, 600);

  /** Checks the limits. */
  public Isolation {
    if (memory < LEAST_MEMORY) {
      throw new IllegalArgumentException(
          "the memory of a model's process is at least "
              + LEAST_MEMORY
              + " bytes (2 GiB), as a JVM with an engine takes almost as much, but got "
              + memory);
    }
    if (seconds < 1) {
      throw new IllegalArgumentException("a time limit is at least one second, but got " + seconds);
    }
  }

  /** The same with another limit of the memory, in bytes. */
  public Isolation withMemory(long bytes) {
    return new Isolation(bytes, seconds);
  }

  /** The same with another limit of the time, in seconds. */
  public Isolation withSeconds(int limit) {
    return new Isolation(memory, limit);
  }

  /** The bytes of Java's heap. */
  public long heap() {
    return memory / 4;
  }
}
