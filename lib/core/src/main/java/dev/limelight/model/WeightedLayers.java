package dev.limelight.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The layers of a network that have weights, from the output down to the input, and the names of
 * the parameters of each.
 */
@API(status = Status.INTERNAL)
public final class WeightedLayers {

  private final Map<String, String> layers = new LinkedHashMap<>();

  /**
   * Adds a parameter; layers are added from the output on. A parameter that several layers use
   * belongs to the first of them.
   */
  public void add(String layer, String parameter) {
    layers.putIfAbsent(parameter, layer);
  }

  /** The layers, the one next to the logits first. */
  public List<String> names() {
    return layers.values().stream().distinct().toList();
  }

  /**
   * The parameters of some layers, in the order in which they were added.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public Set<String> parameters(Collection<String> chosen) {
    for (String layer : chosen) {
      if (!layers.containsValue(layer)) {
        throw new IllegalArgumentException(
            "no layer '" + layer + "' has weights; these do: " + String.join(", ", names()));
      }
    }
    return layers.entrySet().stream()
        .filter(entry -> chosen.contains(entry.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
