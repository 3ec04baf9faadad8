package dev.limelight.model.input;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The memory that a graph may take for one picture. A few bytes of a file, such as a padding, can
 * ask for all the memory that there is.
 */
@API(status = API.Status.INTERNAL)
public final class MemoryLimit {

  /** Values at a time for each value of the picture; attention over 3,600 patches has 450. */
  private static final long FACTOR = 1_024;

  /** Values at a time that any graph may have: 512 MiB of float32. */
  public static final long ALWAYS = 1L << 27;

  /** Values at a time that no graph may have: 3 GiB of float32. */
  private static final long NEVER = 3L << 28;

  /**
   * A node of a graph.
   *
   * @param reads the names of the tensors that it reads
   * @param makes the tensors that it makes
   */
  public record Step(List<String> reads, List<String> makes) {}

  private MemoryLimit() {}

  /**
   * Walks through a graph; a tensor is in memory from the step that makes it to its last reader.
   *
   * @param steps in the order of computation
   * @param sizes the number of values of each tensor; one that is not known counts as nothing
   * @param picture the number of values of the picture
   * @throws UnsupportedException if it needs more memory than networks of such pictures do
   */
  public static void check(List<Step> steps, Map<String, Long> sizes, long picture) {
    long most = Math.min(NEVER, Math.max(ALWAYS, FACTOR * Math.min(picture, NEVER)));
    Map<String, Integer> lastReaders = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (String name : steps.get(i).reads()) {
        lastReaders.put(name, i);
      }
    }
    long inMemory = 0;
    Map<Integer, List<String>> ending = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (String name : steps.get(i).makes()) {
        long size = size(sizes, name);
        if (size > most - inMemory) {
          throw tooLarge(name, size, inMemory, most);
        }
        inMemory += size;
        ending
            .computeIfAbsent(lastReaders.getOrDefault(name, i), key -> new ArrayList<>())
            .add(name);
      }
      for (String name : ending.getOrDefault(i, List.of())) {
        inMemory -= size(sizes, name);
      }
    }
  }

  private static long size(Map<String, Long> sizes, String name) {
    return Math.max(0, sizes.getOrDefault(name, 0L));
  }

  private static UnsupportedException tooLarge(String name, long size, long beside, long most) {
    return new UnsupportedException(
        "the network's tensor "
            + Names.quoted(name)
            + " would have "
            + size
            + " values beside "
            + beside
            + " others, and networks may have "
            + most
            + " at a time for a picture of this size; give smaller pictures, or export it again");
  }
}
