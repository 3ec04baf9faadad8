package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Gradient rules of some operators; a service, so that another file of rules is found without an
 * edit elsewhere. An operator of another domain than ONNX's is named {@code domain::operator}.
 */
@API(status = Status.INTERNAL)
public interface GradientRules {

  /** The rule of each operator. */
  Map<String, GradientRule> rules();

  /** The operators whose output has the gradient zero, or none: comparisons, shapes, indices. */
  default Set<String> flat() {
    return Set.of();
  }

  /** The operators of {@link #rules} whose gradient passes also through whole numbers. */
  default Set<String> straightThrough() {
    return Set.of();
  }

  /** What the gradient is. */
  default Kind kind() {
    return Kind.EXACT;
  }

  /** What a gradient is. */
  enum Kind implements RuleChoice {
    /** The derivative. */
    EXACT,
    /**
     * Guided backpropagation, whose rules replace the exact ones of rectifiers.
     *
     * @see <a href="https://arxiv.org/abs/1412.6806">Springenberg et al. 2015, Striving for
     *     Simplicity</a>
     */
    GUIDED;

    @Override
    public @Nullable GradientRule rule(NodeProto node) {
      return RuleBook.installed().rule(this, node);
    }
  }
}
