package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The adjoint of a graph (reverse-mode differentiation): from the gradients of some tensors it
 * computes those of tensors before them, by nodes that are added to the graph.
 */
public final class Adjoint {

  private final GraphBuilder graph;
  private final RuleChoice choice;
  private final RuleBook rules = RuleBook.installed();
  private final Map<String, List<String>> contributions = new HashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();

  /**
   * Differentiates a graph.
   *
   * @param graph to which the nodes are added
   * @param choice the derivative, guided backpropagation, or rules of another kind
   */
  public Adjoint(GraphBuilder graph, RuleChoice choice) {
    this.graph = graph;
    this.choice = choice;
  }

  /**
   * Adds the gradients.
   *
   * @param seeds for tensors y the gradient with which to begin, of the same shape
   * @param wanted tensors x
   * @return for each x the gradient of sum(seed y), of the shape of x
   * @throws UnsupportedException if an operator between x and y has no gradient, or y does not
   *     depend on x; the message names the node
   */
  public Map<String, String> gradients(Map<String, String> seeds, Collection<String> wanted) {
    Set<String> depending = depending(wanted);
    seeds.forEach(
        (y, seed) -> {
          if (!depending.contains(y)) {
            throw UnsupportedException.noGradient(independent(y, wanted, depending));
          }
          graph.declare(seed, graph.type(y));
          contribute(y, seed);
        });
    List<NodeProto> nodes = List.copyOf(graph.forward());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      differentiate(nodes.get(i), depending);
    }
    Map<String, String> gradients = new LinkedHashMap<>();
    for (String x : wanted) {
      String total = total(x);
      gradients.put(x, total == null ? graph.zeros(graph.shape(x), x) : total);
    }
    return gradients;
  }

  /** The nodes whose gradient is not the derivative, such as the ReLUs that were guided. */
  public Set<String> changed() {
    return changed;
  }

  private void differentiate(NodeProto node, Set<String> depending) {
    List<@Nullable String> outputGradients = new ArrayList<>();
    boolean any = false;
    for (String output : node.getOutputList()) {
      String gradient = depending.contains(output) ? total(output) : null;
      outputGradients.add(gradient);
      any |= gradient != null;
    }
    Set<String> captured = Subgraphs.captured(node);
    boolean captures = captured.stream().anyMatch(depending::contains);
    if (!any || !captures && node.getInputList().stream().noneMatch(depending::contains)) {
      return;
    }
    Operation operation = new Operation(node, depending, outputGradients);
    GradientRule rule = choice.rule(node);
    if (rule == null && Branches.isIn(node)) {
      List<String> inside = captured.stream().filter(depending::contains).toList();
      new Branches(graph, choice, changed)
          .gradients(node, outputGradients, inside)
          .forEach(this::contribute);
      return;
    }
    if (rule == null) {
      throw operation.refuse("it has no gradient rule");
    }
    if (captures) {
      throw operation.refuse("the graph inside it depends on the picture");
    }
    rule.write(graph, operation);
    operation.checkComplete();
    if (operation.isChanged()) {
      changed.add(Operation.described(node));
    }
    operation
        .inputGradients()
        .forEach(
            (input, gradient) -> {
              if (operation.wants(input)) {
                contribute(operation.x(input), gradient);
              }
            });
  }

  private void contribute(String tensor, String gradient) {
    contributions.computeIfAbsent(tensor, name -> new ArrayList<>()).add(gradient);
  }

  /** The sum of all gradients that a tensor receives, or null if it receives none. */
  private @Nullable String total(String tensor) {
    List<String> parts = contributions.get(tensor);
    if (parts == null) {
      return null;
    }
    if (parts.size() > 1) {
      String sum = graph.op(parts.size() == 2 ? "Add" : "Sum", parts.toArray(new String[0]));
      contributions.put(tensor, new ArrayList<>(List.of(sum)));
      return sum;
    }
    return parts.get(0);
  }

  /** The tensors that depend on others by operators that have a gradient. */
  Set<String> depending(Collection<String> on) {
    Set<String> depending = new HashSet<>(on);
    for (NodeProto node : graph.forward()) {
      if (!rules.isFlat(node) && reads(node, depending)) {
        for (String output : node.getOutputList()) {
          TensorType type = graph.find(output);
          if (!output.isEmpty() && (type == null || type.isReal() || rules.passesWhole(node))) {
            depending.add(output);
          }
        }
      }
    }
    return depending;
  }

  private static boolean reads(NodeProto node, Set<String> tensors) {
    return node.getInputList().stream().anyMatch(tensors::contains)
        || Subgraphs.captured(node).stream().anyMatch(tensors::contains);
  }

  private String independent(String y, Collection<String> wanted, Set<String> depending) {
    Set<String> ends = new LinkedHashSet<>();
    for (NodeProto node : graph.forward()) {
      if (reads(node, depending) && node.getOutputList().stream().noneMatch(depending::contains)) {
        ends.add(Operation.described(node));
      }
    }
    return "the tensor '"
        + y
        + "' has no gradient with respect to "
        + String.join(", ", wanted)
        + (ends.isEmpty() ? "" : ": the path ends at " + String.join(", ", ends));
  }
}
