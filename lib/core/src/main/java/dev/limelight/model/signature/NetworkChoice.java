package dev.limelight.model.signature;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a model's outputs and inputs.
 *
 * @param output the name of the output to explain, or null to find it
 * @param labels the number of classes that have names, or 0 if it is unknown
 * @param constants values of inputs that are not the picture, by their names
 * @param reader the name of what reads the outputs, for which all of them are put side by side, (N,
 *     total); or null for a classifier
 */
public record NetworkChoice(
    @Nullable String output,
    int labels,
    Map<String, List<Double>> constants,
    @Nullable String reader)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Nothing is asked. */
  public static final NetworkChoice NONE = new NetworkChoice(null, 0, Map.of());

  /** Copies the values. */
  public NetworkChoice {
    Map<String, List<Double>> copy = new LinkedHashMap<>();
    constants.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    constants = Collections.unmodifiableMap(copy);
  }

  /** Of a classifier. */
  public NetworkChoice(@Nullable String output, int labels, Map<String, List<Double>> constants) {
    this(output, labels, constants, null);
  }

  /** The same with the number of classes that have names. */
  public NetworkChoice withLabels(int count) {
    return new NetworkChoice(output, count, constants, reader);
  }

  /** The same with what reads the outputs, or null for a classifier. */
  public NetworkChoice withReader(@Nullable String name) {
    return new NetworkChoice(output, labels, constants, name);
  }
}
