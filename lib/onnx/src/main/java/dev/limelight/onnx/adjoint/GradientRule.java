package dev.limelight.onnx.adjoint;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The gradient of one operator, written as further nodes. */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface GradientRule {

  /**
   * Writes the nodes that compute the gradients of a node's inputs from those of its outputs, and
   * says by {@link Operation#gradient} which tensors they are.
   *
   * @param graph the graph to which nodes are added
   * @param node the node to differentiate
   * @throws dev.limelight.support.UnsupportedException if its attributes or inputs are of a kind
   *     without a gradient; the message names the node
   */
  void write(GraphBuilder graph, Operation node);
}
