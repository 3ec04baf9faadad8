package dev.limelight.onnx.pt2;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** One operator of PyTorch, written as nodes of ONNX. */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface AtenRule {

  /**
   * Writes the nodes that compute a call, and says by {@link Call#result} which tensors its results
   * are.
   *
   * @throws dev.limelight.support.UnsupportedException if ONNX cannot express its arguments; the
   *     message names the node
   */
  void translate(Call call, GraphWriter graph);
}
