package dev.limelight.onnx.attention;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.io.Names;
import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.adjoint.TensorType;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds attention: a softmax over the last dimension of a product of two tensors that depend on the
 * picture, and its product with a third.
 */
public final class AttentionBlocks {

  /** What may lie between the product of queries and keys and the softmax. */
  private static final Set<String> BEFORE =
      Set.of(
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Where",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Identity",
          "Cast",
          "Clip",
          "Dropout");

  /** What may lie between the softmax and its product with the values. */
  private static final Set<String> AFTER =
      Set.of("Where", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Cast", "Dropout");

  /** What arranges tokens and channels, or changes each number alone. */
  private static final Set<String> ARRANGING =
      Set.of(
          "Transpose",
          "Reshape",
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "Split",
          "Slice",
          "Gather",
          "Concat",
          "Identity",
          "Cast",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Dropout");

  /** Operators of ONNX Runtime's own that compute attention in one piece. */
  private static final Set<String> FUSED =
      Set.of(
          "Attention",
          "MultiHeadAttention",
          "PackedAttention",
          "PackedMultiHeadAttention",
          "GroupQueryAttention",
          "DecoderMaskedMultiHeadAttention",
          "QAttention");

  private final List<NodeProto> nodes;
  private final Map<String, TensorType> types;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Set<String> alive = new HashSet<>();

  /**
   * Reads a graph.
   *
   * @param nodes from the picture to the logits, in the order of computation
   * @param types of its tensors
   * @param picture the name of its input
   */
  public AttentionBlocks(List<NodeProto> nodes, Map<String, TensorType> types, String picture) {
    this.nodes = nodes;
    this.types = types;
    alive.add(picture);
    for (NodeProto node : nodes) {
      for (String output : node.getOutputList()) {
        producers.put(output, node);
        TensorType type = types.get(output);
        boolean real = type == null || type.isReal();
        if (real && Subgraphs.reads(node).stream().anyMatch(alive::contains)) {
          alive.add(output);
        }
      }
    }
    alive.remove("");
  }

  /** Those that are of the usual form, in the order of computation; perhaps none. */
  public List<AttentionBlock> listed() {
    List<AttentionBlock> found = new ArrayList<>();
    for (NodeProto node : nodes) {
      AttentionBlock block = isSoftmax(node) ? block(node) : null;
      if (block != null) {
        found.add(block);
      }
    }
    return found;
  }

  /**
   * All blocks, in the order of computation.
   *
   * @throws UnsupportedException if there is none, or something that may be one is of another form
   */
  public List<AttentionBlock> required() {
    List<AttentionBlock> found = new ArrayList<>();
    for (NodeProto node : nodes) {
      if (node.getDomain().equals("com.microsoft") && FUSED.contains(node.getOpType())) {
        throw new UnsupportedException(
            "the operator "
                + node.getOpType()
                + " ("
                + Names.quoted(node.getName())
                + ") of ONNX Runtime computes attention in one piece and shows no probabilities;"
                + " export the model without ONNX Runtime's optimisation for transformers");
      }
      if (isSoftmax(node)) {
        AttentionBlock block = block(node);
        if (block == null) {
          throw new UnsupportedException(
              "the softmax "
                  + Names.quoted(node.getOutput(0))
                  + " is not attention of the usual form, a product of queries and keys before it"
                  + " and one with the values after it (heads that are mixed, pooling by a learned"
                  + " query, and Einsum are others), so what reaches the head cannot be followed;"
                  + " use grad-cam, or integrated-gradients");
        }
        found.add(block);
      }
    }
    if (found.isEmpty()) {
      throw new UnsupportedException(
          "this network has no attention: no softmax of a product of two tensors, multiplied by a"
              + " third; use a method for any network, such as grad-cam");
    }
    checkSeries(found);
    return found;
  }

  private boolean isSoftmax(NodeProto node) {
    if (!node.getOpType().equals("Softmax") || !alive.contains(node.getOutput(0))) {
      return false;
    }
    // One of two dimensions chooses among classes or experts.
    return rank(node.getOutput(0)) != 2;
  }

  /** The number of a tensor's dimensions, or 0 if it is unknown. */
  int rank(String tensor) {
    TensorType type = types.get(tensor);
    return type == null ? 0 : type.dimensions().size();
  }

  private @Nullable AttentionBlock block(NodeProto softmax) {
    String y = softmax.getOutput(0);
    int rank = rank(y);
    long axis = Attributes.integer(softmax, "axis", -1);
    boolean last = axis == -1 || axis == rank - 1;
    if (!last || !isOfProduct(softmax.getInput(0))) {
      return null;
    }
    Set<String> same = new HashSet<>(Set.of(y));
    for (NodeProto node : nodes) {
      List<String> inputs = node.getInputList();
      if (node.getOpType().equals("MatMul") && same.contains(inputs.get(0))) {
        boolean others = alive.contains(inputs.get(1)) && !same.contains(inputs.get(1));
        int of = rank(inputs.get(0));
        return others && (of == 3 || of == 4) && isOnlyRead(inputs.get(0), node)
            ? new AttentionBlock(y, inputs.get(0), node.getOutput(0))
            : null;
      }
      if (AFTER.contains(node.getOpType()) && inputs.stream().anyMatch(same::contains)) {
        same.add(node.getOutput(0));
      }
    }
    return null;
  }

  /** Where the values of a block are from, usually a product with weights. */
  public KeySources.Projection projection(AttentionBlock block) {
    NodeProto product = producers.get(block.product());
    String values = product == null ? "" : product.getInput(1);
    Deque<String> waiting = new ArrayDeque<>(List.of(values));
    Set<String> seen = new HashSet<>();
    while (!waiting.isEmpty()) {
      String name = waiting.removeFirst();
      NodeProto node = producers.get(name);
      if (node == null || !alive.contains(name) || !seen.add(name)) {
        continue;
      }
      if (ARRANGING.contains(node.getOpType())) {
        waiting.addAll(node.getInputList());
      } else if (rank(name) >= 2) {
        boolean last = rank(name) != 4 || node.getOpType().equals("MatMul");
        return new KeySources.Projection(values, name, rank(name), last);
      }
    }
    return new KeySources.Projection(values, "", 0, true);
  }

  private boolean isOnlyRead(String tensor, NodeProto by) {
    return nodes.stream()
        .noneMatch(
            node -> node != by && !node.equals(by) && Subgraphs.reads(node).contains(tensor));
  }

  /** Whether a tensor is a product of two that depend on the picture, scaled and masked perhaps. */
  private boolean isOfProduct(String tensor) {
    Deque<String> waiting = new ArrayDeque<>(List.of(tensor));
    Set<String> seen = new HashSet<>();
    while (!waiting.isEmpty()) {
      String name = waiting.pop();
      NodeProto node = producers.get(name);
      if (node == null || !alive.contains(name) || !seen.add(name)) {
        continue;
      }
      if (node.getOpType().equals("MatMul")) {
        return node.getInputList().stream().allMatch(alive::contains);
      }
      if (BEFORE.contains(node.getOpType())) {
        waiting.addAll(node.getInputList());
      }
    }
    return false;
  }

  /** What blocks give is multiplied as if each read what the one before it made. */
  private void checkSeries(List<AttentionBlock> blocks) {
    for (int i = 1; i < blocks.size(); i++) {
      Set<String> after = new HashSet<>(Set.of(blocks.get(i - 1).product()));
      for (NodeProto node : nodes) {
        if (Subgraphs.reads(node).stream().anyMatch(after::contains)) {
          after.addAll(node.getOutputList());
        }
      }
      if (!after.contains(blocks.get(i).softmax())) {
        throw new UnsupportedException(
            "the blocks of attention "
                + Names.quoted(blocks.get(i - 1).softmax())
                + " and "
                + Names.quoted(blocks.get(i).softmax())
                + " lie side by side, and attention can be followed through blocks in a row alone;"
                + " use grad-cam, or integrated-gradients");
      }
    }
  }

  /** Whether a tensor depends on the picture. */
  boolean isAlive(String tensor) {
    return alive.contains(tensor);
  }
}
