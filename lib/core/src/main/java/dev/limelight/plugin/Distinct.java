package dev.limelight.plugin;

import dev.limelight.support.Count;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Things that are told apart by their names: what is given several times counts once, since results
 * are kept by name and a repetition would make a sample look larger than it is.
 *
 * @param values each once, in the order in which they were first given
 * @param repetitions a sentence for each that was given several times
 */
@API(status = Status.INTERNAL)
public record Distinct<T>(List<T> values, List<String> repetitions) {

  /** Copies. */
  public Distinct {
    values = List.copyOf(values);
    repetitions = List.copyOf(repetitions);
  }

  /**
   * Removes repetitions.
   *
   * @param kind what one is called in messages, such as "method"
   * @param name what tells them apart
   * @throws IllegalArgumentException if two that differ have one name
   */
  public static <T> Distinct<T> of(List<? extends T> given, String kind, Function<T, String> name) {
    Map<String, List<T>> byName = new LinkedHashMap<>();
    for (T one : given) {
      byName.computeIfAbsent(name.apply(one), key -> new ArrayList<>()).add(one);
    }
    List<T> values = new ArrayList<>();
    List<String> repetitions = new ArrayList<>();
    byName.forEach(
        (called, all) -> {
          T first = all.get(0);
          for (T other : all) {
            if (!other.equals(first)) {
              throw new IllegalArgumentException(
                  "results are kept by name, and two that differ have the name '"
                      + called
                      + "': "
                      + first
                      + " and "
                      + other
                      + "; give them one after the other");
            }
          }
          values.add(first);
          if (all.size() > 1) {
            repetitions.add(
                "the "
                    + kind
                    + " "
                    + called
                    + " is given "
                    + Count.of(all.size(), "time")
                    + " and counts once");
          }
        });
    return new Distinct<>(values, repetitions);
  }

  /** Names without repetitions. */
  public static Distinct<String> names(List<String> given, String kind) {
    return of(given, kind, name -> name);
  }
}
