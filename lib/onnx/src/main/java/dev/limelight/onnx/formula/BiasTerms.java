package dev.limelight.onnx.formula;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The constants that the nodes of a graph add: biases, the shift of a batch normalisation, and the
 * bound of an activation that is clipped. Of a graph of straight pieces nothing else keeps the sum
 * of input times gradient from being its output.
 */
public final class BiasTerms {

  private final Set<String> alive = new HashSet<>();
  private final List<NodeProto> nodes = new ArrayList<>();

  /**
   * Finds them.
   *
   * @param graph from the picture to the logits
   * @param types of its tensors
   * @param picture the name of its input
   */
  public BiasTerms(GraphProto graph, Map<String, TensorType> types, String picture) {
    alive.add(picture);
    for (NodeProto node : graph.getNodeList()) {
      if (Subgraphs.reads(node).stream().anyMatch(alive::contains)) {
        for (String output : node.getOutputList()) {
          TensorType type = types.get(output);
          // Whole numbers and truth values have no gradient: what is made of them is a constant.
          if (!output.isEmpty() && (type == null || type.isReal())) {
            alive.add(output);
          }
        }
        if (alive.contains(node.getOutput(0)) && adds(node)) {
          nodes.add(node);
        }
      }
    }
  }

  private boolean adds(NodeProto node) {
    if (!node.getDomain().isEmpty()) {
      return false;
    }
    return switch (node.getOpType()) {
      case "Conv", "ConvTranspose", "Gemm" -> has(node, 2) && isConstant(node, 2);
      case "Add", "Sub", "Sum" -> !constants(node).isEmpty();
      case "Max", "Min" -> constants(node).size() == node.getInputCount() - 1;
      case "BatchNormalization" -> true;
      case "Clip" -> has(node, 1) || has(node, 2);
      default -> false;
    };
  }

  private boolean isConstant(NodeProto node, int input) {
    return !node.getInput(input).isEmpty() && !alive.contains(node.getInput(input));
  }

  private List<Integer> constants(NodeProto node) {
    List<Integer> constants = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (isConstant(node, i)) {
        constants.add(i);
      }
    }
    return constants;
  }

  /** The nodes that add one, in the order of computation. */
  public List<NodeProto> nodes() {
    return nodes;
  }

  /**
   * Adds the product of what a node adds and a gradient.
   *
   * @param gradient that of its output
   * @return the product, of the shape of the output
   */
  public String share(GraphBuilder g, NodeProto node, String gradient) {
    String y = node.getOutput(0);
    return switch (node.getOpType()) {
      case "Conv", "ConvTranspose" -> g.mul(gradient, channels(g, node.getInput(2), y));
      case "Gemm" -> g.mul(gradient, g.scale(node.getInput(2), Attributes.real(node, "beta", 1)));
      case "BatchNormalization" -> g.mul(gradient, channels(g, shift(g, node), y));
      case "Clip" -> g.gate(g.op("Not", inside(g, node)), g.mul(gradient, y));
      case "Max", "Min" -> g.gate(g.op("Not", chosen(g, node)), g.mul(gradient, y));
      default -> g.mul(gradient, added(g, node));
    };
  }

  /** One number a channel, (1, C, 1, 1), for a tensor of as many dimensions. */
  private static String channels(GraphBuilder g, String vector, String like) {
    long[] dimensions = new long[g.rank(like)];
    Arrays.fill(dimensions, 1);
    dimensions[1] = -1;
    return g.reshape(vector, dimensions);
  }

  /** {@code B - mean scale / sqrt(var + epsilon)}. */
  private static String shift(GraphBuilder g, NodeProto node) {
    String variance = g.plus(node.getInput(4), Attributes.real(node, "epsilon", 1e-5));
    String mean = g.mul(node.getInput(3), node.getInput(1));
    return g.sub(node.getInput(2), g.div(mean, g.op("Sqrt", variance)));
  }

  /** Where a clipped activation passes its gradient on, as in its gradient's rule. */
  private static String inside(GraphBuilder g, NodeProto node) {
    String y = node.getOutput(0);
    String above = has(node, 1) ? g.op("Greater", y, node.getInput(1)) : "";
    String below = has(node, 2) ? g.op("Less", y, node.getInput(2)) : "";
    if (above.isEmpty() || below.isEmpty()) {
      return above + below;
    }
    return g.op("And", above, below);
  }

  private static boolean has(NodeProto node, int input) {
    return node.getInputCount() > input && !node.getInput(input).isEmpty();
  }

  /** Where the one input that is no constant is the largest or smallest. */
  private String chosen(GraphBuilder g, NodeProto node) {
    String own = node.getInputList().stream().filter(alive::contains).findFirst().orElseThrow();
    return g.op("Equal", node.getOutput(0), own);
  }

  private String added(GraphBuilder g, NodeProto node) {
    boolean difference = node.getOpType().equals("Sub");
    String sum = "";
    for (int i : constants(node)) {
      String input = node.getInput(i);
      String constant = difference && i == 1 ? g.op("Neg", input) : input;
      sum = sum.isEmpty() ? constant : g.add(sum, constant);
    }
    return sum;
  }
}
