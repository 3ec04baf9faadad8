package dev.limelight.model.mxnet;

import ai.djl.mxnet.jna.FunctionInfo;
import ai.djl.mxnet.jna.JnaUtils;
import dev.limelight.io.Names;
import dev.limelight.model.mxnet.MxGraph.Entry;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares the nodes of a symbol with what MXNet itself says of its operators. Its shape inference
 * reads inputs and outputs that a node does not have, and its kernels divide by strides and groups
 * of zero, which ends the whole process.
 */
final class MxOperators {

  /** The type of an argument that stands for any number of inputs. */
  private static final Pattern MANY = Pattern.compile("(NDArray-or-Symbol|Symbol or Symbol)\\[]");

  /** What DJL leaves out of the names of operators. */
  private static final Pattern FAMILY = Pattern.compile("^_(contrib|linalg|sparse|image|random)_");

  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?");

  /** Operators with more than one output. */
  private static final Map<String, Integer> OUTPUTS =
      Map.ofEntries(
          Map.entry("BatchNorm", 3),
          Map.entry("BatchNorm_v1", 3),
          Map.entry("_npx_batch_norm", 3),
          Map.entry("_contrib_SyncBatchNorm", 3),
          Map.entry("LayerNorm", 3),
          Map.entry("_npx_layer_norm", 3),
          Map.entry("GroupNorm", 3),
          Map.entry("_npx_group_norm", 3),
          Map.entry("InstanceNorm", 3),
          Map.entry("_npx_instance_norm", 3),
          Map.entry("L2Normalization", 2),
          Map.entry("LRN", 2),
          Map.entry("Dropout", 2),
          Map.entry("_npx_dropout", 2),
          Map.entry("ROIPooling", 2),
          Map.entry("BilinearSampler", 2),
          Map.entry("moments", 2),
          Map.entry("_contrib_box_nms", 2),
          Map.entry("SpatialTransformer", 3),
          Map.entry("topk", 2));

  /** Attributes that say how many outputs there are. */
  private static final List<String> COUNTS = List.of("num_outputs", "sections");

  /** Attributes of which no number is below 1. */
  private static final Set<String> POSITIVE =
      Set.of(
          "kernel",
          "stride",
          "dilate",
          "num_group",
          "num_filter",
          "num_hidden",
          "num_outputs",
          "num_args",
          "scale",
          "nsize",
          "output_size",
          "block_size",
          "input_dim",
          "output_dim");

  /** Attributes with one number for each of the kernel's directions. */
  private static final List<String> WINDOW = List.of("stride", "dilate", "pad", "adj");

  private final MxGraph graph;
  private final Set<String> known;
  private final Map<String, FunctionInfo> functions;

  private MxOperators(MxGraph graph) {
    this.graph = graph;
    known = JnaUtils.getAllOpNames();
    functions = JnaUtils.getNdArrayFunctions();
  }

  /**
   * Checks all nodes of a graph. MXNet is loaded.
   *
   * @throws IllegalArgumentException if MXNet might not survive it; a part of a sentence
   */
  static void check(MxGraph graph) {
    MxOperators operators = new MxOperators(graph);
    for (int node = 0; node < graph.size(); node++) {
      if (!graph.isVariable(node)) {
        operators.check(node);
      }
      graph.inputs(node).forEach(operators::checkOutput);
    }
    graph.outputs().forEach(operators::checkOutput);
  }

  private void check(int node) {
    String operator = graph.operator(node);
    if (!known.contains(operator)) {
      throw new IllegalArgumentException(
          shown(node) + " is an operator that MXNet does not have; export the model for MXNet 1.9");
    }
    FunctionInfo function = functions.get(FAMILY.matcher(operator).replaceFirst(""));
    if (function == null) {
      throw new IllegalArgumentException(
          shown(node) + " is an operator of MXNet's own that no saved model has");
    }
    checkInputs(node, function);
    List<String> names = function.getArgumentNames();
    for (int i = 0; i < names.size(); i++) {
      String value = graph.attribute(node, names.get(i));
      if (value != null) {
        checkAttribute(node, names.get(i), value, function.getArgumentTypes().get(i));
      }
    }
    checkWindow(node);
  }

  private void checkInputs(int node, FunctionInfo function) {
    int inputs = graph.inputs(node).size();
    if (function.getArgumentTypes().stream().anyMatch(type -> MANY.matcher(type).lookingAt())) {
      String count = graph.attribute(node, "num_args");
      if (count != null && !count.strip().equals(String.valueOf(inputs))) {
        throw new IllegalArgumentException(
            shown(node) + " has " + inputs + " inputs, and its num_args is " + printable(count));
      }
      return;
    }
    int most = inputs(node, function.getArgumentNames());
    // MXNet adds the running statistics to symbols of its first versions.
    int least = graph.operator(node).startsWith("BatchNorm") ? Math.min(3, most) : most;
    if (inputs < least || inputs > most) {
      throw new IllegalArgumentException(
          shown(node)
              + " has "
              + inputs
              + (inputs == 1 ? " input" : " inputs")
              + " where MXNet takes "
              + (least == most ? "" : least + " to ")
              + most);
    }
  }

  private int inputs(int node, List<String> names) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : names) {
      String value = graph.attribute(node, name);
      if (value != null) {
        attributes.put(name, value);
      }
    }
    try {
      return MxSignature.inputs(graph.operator(node), attributes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          shown(node)
              + " has attributes that MXNet does not take: "
              + printable(String.valueOf(e.getMessage())),
          e);
    }
  }

  private void checkAttribute(int node, String name, String value, String type) {
    String kind = type.toLowerCase(Locale.ROOT);
    boolean whole = kind.startsWith("int") || kind.startsWith("long") || kind.startsWith("shape");
    if (!whole) {
      // MXNet compares words and reads real numbers with care.
      return;
    }
    Matcher numbers = NUMBER.matcher(value);
    while (numbers.find()) {
      BigDecimal number = new BigDecimal(numbers.group());
      boolean huge = number.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0;
      if (huge || POSITIVE.contains(name) && number.signum() <= 0) {
        throw new IllegalArgumentException(
            shown(node) + " has " + name + "=" + printable(value) + ", which no network has");
      }
    }
  }

  private void checkWindow(int node) {
    int directions = count(graph.attribute(node, "kernel"));
    for (String name : WINDOW) {
      int count = count(graph.attribute(node, name));
      if (directions > 0 && count > 0 && count != directions) {
        throw new IllegalArgumentException(
            shown(node)
                + " has a kernel of "
                + directions
                + " directions and "
                + name
                + "="
                + printable(String.valueOf(graph.attribute(node, name))));
      }
    }
  }

  private static int count(@Nullable String tuple) {
    return tuple == null ? 0 : (int) NUMBER.matcher(tuple).results().count();
  }

  private void checkOutput(Entry entry) {
    int node = entry.node();
    int outputs = OUTPUTS.getOrDefault(graph.operator(node), 1);
    for (String name : COUNTS) {
      String count = graph.attribute(node, name);
      if (count != null && count.strip().matches("\\d{1,6}")) {
        outputs = Math.max(outputs, Integer.parseInt(count.strip()));
      }
    }
    if (entry.output() >= outputs) {
      throw new IllegalArgumentException(
          "output "
              + entry.output()
              + " of "
              + shown(node)
              + " is read, and it has "
              + (outputs == 1 ? "one output" : outputs + " outputs"));
    }
  }

  private String shown(int node) {
    return "the node '"
        + printable(graph.name(node))
        + "' ("
        + printable(graph.operator(node))
        + ")";
  }

  private static String printable(String word) {
    return Names.printable(word);
  }
}
