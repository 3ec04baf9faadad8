package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** Chooses the rule by which something goes back through a node. */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface RuleChoice {

  /**
   * The rule of a node, or null if it has none.
   *
   * @throws dev.limelight.support.UnsupportedException if it can have none; the message says why
   */
  @Nullable GradientRule rule(NodeProto node);
}
