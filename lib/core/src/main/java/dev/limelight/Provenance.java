package dev.limelight;

import dev.limelight.method.Method;
import dev.limelight.model.LayerPath;
import dev.limelight.target.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How an explanation was computed, in enough detail to compute it again.
 *
 * @param method the method, whose name and parameters are {@link Method#info} and {@link
 *     Method#parameters}
 * @param layers where the network was cut
 * @param target what was explained
 * @param model the model
 * @param limelight the version of this library
 */
public record Provenance(
    Method method, List<LayerPath> layers, Target target, ModelInfo model, String limelight) {

  /** Keeps its own list. */
  public Provenance {
    layers = List.copyOf(layers);
  }

  /** The same at several layers. */
  Provenance at(List<LayerPath> others) {
    return new Provenance(method, others, target, model, limelight);
  }

  /** The method in words: its name, and its parameters where it has any. */
  public String methodText() {
    return text(method);
  }

  /** A method by its name and arguments, such as {@code occlusion (window=32, stride=16)}. */
  public static String text(Method method) {
    String parameters =
        method.parameters().entrySet().stream()
            .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
            .collect(Collectors.joining(", "));
    String name = method.info().name();
    return parameters.isEmpty() ? name : name + " (" + parameters + ")";
  }

  /** The layers in words; several are joined by commas. */
  public String layerText() {
    return layers.stream().map(LayerPath::name).collect(Collectors.joining(", "));
  }

  /** All of it in words, as files have it; null where there is none. */
  public Map<String, @Nullable String> toMap() {
    Map<String, @Nullable String> all = new LinkedHashMap<>();
    all.put("method", methodText());
    all.put("layer", layerText());
    all.put("target", target.toString());
    all.put("model", model.name());
    all.put("modelSha256", model.sha256());
    all.put("output", model.output());
    all.put("outputActivation", model.outputActivation());
    all.put("modelNotes", model.notes().isEmpty() ? null : String.join(". ", model.notes()));
    all.put("engine", model.engine());
    all.put("limelight", limelight);
    return all;
  }
}
