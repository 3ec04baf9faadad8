package dev.limelight.model.mxnet;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which operators of an MXNet graph are a ReLU, clipped or not, under any of their names. */
final class MxRelus {

  private static final Set<String> PLAIN = Set.of("relu", "_npx_relu");
  private static final Set<String> ACTIVATIONS = Set.of("Activation", "_npx_activation");
  private static final Set<String> LEAKY = Set.of("LeakyReLU", "_npx_leaky_relu");
  private static final Set<String> CLIPS = Set.of("clip", "_npi_clip");
  private static final Set<String> MAXIMA = Set.of("_maximum_scalar", "_npi_maximum_scalar");
  private static final String DEFAULT_SLOPE = "0.25";

  private MxRelus() {}

  /** The upper bound of a ReLU, infinity without one, or null if the node is no ReLU. */
  static @Nullable Float upper(MxGraph graph, int node) {
    String operator = graph.operator(node);
    if (PLAIN.contains(operator)
        || ACTIVATIONS.contains(operator) && "relu".equals(graph.attribute(node, "act_type"))
        || MAXIMA.contains(operator) && number(graph, node, "scalar", null) == 0
        || LEAKY.contains(operator) && leaks(graph, node) == 0) {
      return Float.POSITIVE_INFINITY;
    }
    float highest = number(graph, node, "a_max", "inf");
    return CLIPS.contains(operator) && number(graph, node, "a_min", "-inf") == 0 && highest > 0
        ? highest
        : null;
  }

  /** Whether its own gradient is that of {@code max(u, 0)}, and 0 at {@code u = 0}. */
  static boolean isStrict(MxGraph graph, int node) {
    String operator = graph.operator(node);
    return PLAIN.contains(operator) || ACTIVATIONS.contains(operator);
  }

  private static float leaks(MxGraph graph, int node) {
    String kind = graph.attribute(node, "act_type");
    return kind == null || kind.equals("leaky")
        ? number(graph, node, "slope", DEFAULT_SLOPE)
        : Float.NaN;
  }

  private static float number(MxGraph graph, int node, String key, @Nullable String defaultValue) {
    String text = graph.attribute(node, key);
    text = text == null ? defaultValue : text;
    if (text == null || text.equals("None")) {
      return Float.NaN;
    }
    return switch (text) {
      case "inf" -> Float.POSITIVE_INFINITY;
      case "-inf" -> Float.NEGATIVE_INFINITY;
      default -> Float.parseFloat(text);
    };
  }
}
