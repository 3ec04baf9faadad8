package dev.limelight.onnx.relevance;

import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;

/** How relevance goes back through one operator, written as further nodes. */
@FunctionalInterface
public interface RelevanceRule {

  /**
   * Writes the nodes that compute c of a node's inputs from that of its outputs.
   *
   * @param graph to which nodes are added
   * @param node with c in the place of gradients
   * @param by the composite, and what is known of the graph
   * @throws dev.limelight.support.UnsupportedException if the composite has no rule for such a node
   */
  void write(GraphBuilder graph, Operation node, Propagation by);
}
