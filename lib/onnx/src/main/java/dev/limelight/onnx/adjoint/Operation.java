package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of the forward graph as its gradient rule sees it: x are its inputs, y its outputs and dy
 * the gradients of these.
 */
public final class Operation {

  private final NodeProto node;
  private final Set<String> depending;
  private final List<@Nullable String> outputGradients;
  private final Map<Integer, String> inputGradients = new HashMap<>();
  private final Set<Integer> flat = new HashSet<>();
  private final Set<Integer> asked = new HashSet<>();
  private boolean changed;

  Operation(
      NodeProto node, Set<String> depending, List<? extends @Nullable String> outputGradients) {
    this.node = node;
    this.depending = depending;
    this.outputGradients = new ArrayList<>(outputGradients);
  }

  /**
   * A node outside a walk.
   *
   * @param depending the tensors whose gradient may be asked for
   * @param dy the gradient of its first output
   */
  public static Operation of(NodeProto node, Set<String> depending, String dy) {
    return new Operation(node, depending, List.of(dy));
  }

  /** The node itself. */
  public NodeProto node() {
    return node;
  }

  /** The number of inputs, left out ones among them. */
  public int inputs() {
    return node.getInputCount();
  }

  /** Whether the node has that input. */
  public boolean has(int input) {
    return input < node.getInputCount() && !node.getInput(input).isEmpty();
  }

  /** The first input. */
  public String x() {
    return x(0);
  }

  /**
   * An input.
   *
   * @throws UnsupportedException if it was left out
   */
  public String x(int input) {
    if (!has(input)) {
      throw refuse("it has no input " + input);
    }
    return node.getInput(input);
  }

  /** An input, or "" if it was left out. */
  public String optional(int input) {
    return has(input) ? node.getInput(input) : "";
  }

  /** The inputs but one. */
  public List<String> others(int input) {
    List<String> others = new ArrayList<>(node.getInputList());
    others.remove(input);
    return others;
  }

  /** The first output. */
  public String y() {
    return node.getOutput(0);
  }

  /** An output. */
  public String y(int output) {
    return node.getOutput(output);
  }

  /** The number of outputs. */
  public int outputs() {
    return node.getOutputCount();
  }

  /** The gradient of the first output. */
  public String dy() {
    String gradient = dy(0);
    if (gradient == null) {
      throw refuse("only its further outputs have a gradient");
    }
    return gradient;
  }

  /** The gradient of an output, or null if it has none. */
  public @Nullable String dy(int output) {
    asked.add(output);
    return output < outputGradients.size() ? outputGradients.get(output) : null;
  }

  /** Replaces the gradient of the first output by one that is not the derivative. */
  public void replaceOutputGradient(String dy) {
    outputGradients.set(0, dy);
    changed = true;
  }

  /** Whether a gradient was replaced by one that is not the derivative. */
  boolean isChanged() {
    return changed;
  }

  /** Whether the gradient of an input is asked for. */
  public boolean wants(int input) {
    return has(input) && depending.contains(node.getInput(input));
  }

  /** Sets the gradient of an input. */
  public void gradient(int input, String gradient) {
    inputGradients.put(input, gradient);
  }

  /**
   * Another node in the place of this one, with another gradient of its output.
   *
   * @param other with the same inputs where a gradient is asked for
   */
  public Operation as(NodeProto other, String dy) {
    return new Operation(other, depending, List.of(dy));
  }

  /**
   * The gradient that a rule has set for an input.
   *
   * @throws UnsupportedException if it has set none
   */
  public String gradient(int input) {
    String found = inputGradients.get(input);
    if (found == null) {
      throw refuse("its input " + input + " has none");
    }
    return found;
  }

  /** Says that the outputs do not change with inputs, so that these have no gradient. */
  public void flat(int... inputs) {
    for (int input : inputs) {
      flat.add(input);
    }
  }

  /**
   * Checks that a rule has dealt with all gradients: none may be lost silently.
   *
   * @throws UnsupportedException if the rule has not read the gradient of an output, or has not set
   *     that of an input which is asked for
   */
  void checkComplete() {
    for (int i = 0; i < outputGradients.size(); i++) {
      if (outputGradients.get(i) != null && !asked.contains(i)) {
        throw refuse("its output " + i + " is used");
      }
    }
    for (int i = 0; i < inputs(); i++) {
      if (wants(i) && !inputGradients.containsKey(i) && !flat.contains(i)) {
        throw refuse("its input " + i + " is computed from the picture");
      }
    }
  }

  /** The gradients of the inputs. */
  Map<Integer, String> inputGradients() {
    return inputGradients;
  }

  /** Refuses inputs whose gradient has no rule, such as weights that are computed. */
  public void refuseGradientOf(String what, int... inputs) {
    for (int input : inputs) {
      if (wants(input)) {
        throw refuse(what + " computed from the picture");
      }
    }
  }

  /** The error for a node of a kind without a gradient. */
  public UnsupportedException refuse(String reason) {
    return UnsupportedException.noGradient(
        "no gradient of the operator " + described(node) + ": " + reason);
  }

  /** An operator with its node's name, for a message. */
  static String described(NodeProto node) {
    String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    return node.getOpType() + " (node '" + name + "')";
  }

  /** A whole number among the attributes. */
  public long integer(String name, long defaultValue) {
    return Attributes.integer(node, name, defaultValue);
  }

  /** A real number among the attributes. */
  public double real(String name, double defaultValue) {
    return Attributes.real(node, name, defaultValue);
  }

  /** A text among the attributes. */
  public String text(String name, String defaultValue) {
    return Attributes.text(node, name, defaultValue);
  }

  /** Whole numbers among the attributes, or null. */
  public long @Nullable [] integers(String name) {
    return Attributes.integers(node, name);
  }
}
