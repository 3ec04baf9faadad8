package dev.limelight.watch;

import dev.limelight.data.Example;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sink is given before the first epoch.
 *
 * @param name of the run
 * @param method the method of its maps, such as {@code grad-cam}
 * @param labels the names of the classes, or none
 * @param probes the pictures that are explained
 * @param settings how it was made, such as the layer, the number of epochs or the engine, as texts
 *     by name
 */
public record WatchedRun(
    String name,
    String method,
    List<String> labels,
    List<Example> probes,
    Map<String, String> settings) {

  /** Copies the lists. */
  public WatchedRun {
    labels = List.copyOf(labels);
    probes = List.copyOf(probes);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** The method as a word of tags: {@code gradcam} of {@code grad-cam}. */
  public String methodTag() {
    return method.replace("-", "");
  }
}
