package dev.limelight.watch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What was measured over the epochs of a training: losses, accuracies, and how well the maps lie.
 *
 * @param epochs their numbers, rising
 * @param values one value for each epoch by the name of what was measured, NaN where an epoch has
 *     none
 */
public record EpochCourse(List<Integer> epochs, Map<String, List<Double>> values) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if there are not as many values as epochs
   */
  public EpochCourse {
    epochs = List.copyOf(epochs);
    Map<String, List<Double>> copies = new LinkedHashMap<>();
    for (Map.Entry<String, List<Double>> one : values.entrySet()) {
      if (one.getValue().size() != epochs.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "'%s' has %d values for %d epochs; give one for each, NaN where there is none",
                one.getKey(),
                one.getValue().size(),
                epochs.size()));
      }
      copies.put(one.getKey(), List.copyOf(one.getValue()));
    }
    values = Collections.unmodifiableMap(copies);
  }

  /** The course of the metrics of some epochs. */
  public static EpochCourse of(List<EpochOverlays> epochs) {
    Set<String> names = new LinkedHashSet<>();
    epochs.forEach(epoch -> names.addAll(epoch.metrics().keySet()));
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (String name : names) {
      List<Double> line = new ArrayList<>();
      epochs.forEach(epoch -> line.add(epoch.metrics().getOrDefault(name, Double.NaN)));
      values.put(name, line);
    }
    return new EpochCourse(epochs.stream().map(EpochOverlays::epoch).toList(), values);
  }

  /** The names of what was measured. */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /**
   * The values of a name by epoch, NaN where an epoch has none.
   *
   * @throws IllegalArgumentException if nothing is called so
   */
  public double[] values(String name) {
    List<Double> line = values.get(name);
    if (line == null) {
      throw new IllegalArgumentException(
          "nothing called '" + name + "' was measured; there are " + names());
    }
    return line.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The value of a name at the first epoch that has one. */
  public double first(String name) {
    return known(name)[0];
  }

  /** The value of a name at the last epoch that has one. */
  public double last(String name) {
    double[] known = known(name);
    return known[known.length - 1];
  }

  /**
   * The epoch at which something arrives: the first from which on the value stays at or above a
   * level; empty if the last one is below it.
   */
  public OptionalInt arrival(String name, double level) {
    double[] line = values(name);
    OptionalInt arrived = OptionalInt.empty();
    for (int i = 0; i < line.length; i++) {
      if (line[i] < level) {
        arrived = OptionalInt.empty();
      } else if (!Double.isNaN(line[i]) && arrived.isEmpty()) {
        arrived = OptionalInt.of(epochs.get(i));
      }
    }
    return arrived;
  }

  private double[] known(String name) {
    double[] line = values(name);
    double[] known = Arrays.stream(line).filter(value -> !Double.isNaN(value)).toArray();
    return known.length == 0 ? line : known;
  }
}
