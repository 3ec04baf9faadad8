package dev.limelight.model.cache;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * What looking at one model file has found out, kept in the {@link PrivateCache} so that later
 * processes need not look again. A fact is a short text. Whoever reads one checks that it can be
 * true, and looks again if not.
 */
@API(status = Status.INTERNAL)
public final class KeptFacts {

  /** Nothing is known, and nothing is kept. */
  public static final KeptFacts NONE = new KeptFacts(null, () -> false);

  private static final String FACT = "fact";

  private final @Nullable Key key;
  private final BooleanSupplier current;
  private @Nullable Optional<Map<String, String>> found;

  /** All that the facts depend on. */
  @FunctionalInterface
  public interface Key {

    /** Finds it, or nothing where no facts are kept; this may wait for the hash of the files. */
    Optional<Map<String, String>> get() throws IOException;
  }

  private KeptFacts(@Nullable Key key, BooleanSupplier current) {
    this.key = key;
    this.current = current;
  }

  /**
   * The facts about one model file, as it is used here.
   *
   * @param current whether the file is still the one of the key; of another nothing is known
   */
  public static KeptFacts of(Key key, BooleanSupplier current) {
    return new KeptFacts(key, current);
  }

  /**
   * What is known.
   *
   * @param kind of fact
   * @param also what this fact depends on beside the model
   */
  public Optional<String> get(String kind, Map<String, String> also) {
    return key(also).flatMap(all -> PrivateCache.get(kind, all)).map(facts -> facts.get(FACT));
  }

  /** Whether this is what is known. */
  public boolean is(String kind, Map<String, String> also, String fact) {
    return get(kind, also).equals(Optional.of(fact));
  }

  /** Keeps a fact; a folder that cannot be written to is no reason to stop. */
  public void put(String kind, Map<String, String> also, String fact) {
    key(also).ifPresent(all -> PrivateCache.put(kind, all, Map.of(FACT, fact)));
  }

  private synchronized Optional<Map<String, String>> key(Map<String, String> also) {
    Optional<Map<String, String>> ofModel = found == null ? ofModel() : found;
    found = ofModel;
    if (ofModel.isEmpty() || !current.getAsBoolean()) {
      return Optional.empty();
    }
    return ofModel.map(
        model -> {
          Map<String, String> all = new TreeMap<>(model);
          all.putAll(also);
          return all;
        });
  }

  private Optional<Map<String, String>> ofModel() {
    try {
      return key == null ? Optional.empty() : key.get();
    } catch (IOException e) {
      // A result needs the hash too, and then the same error stops it.
      return Optional.empty();
    }
  }
}
