package dev.limelight.onnx.pt2;

import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Translations of some operators of PyTorch; a service, so that another file of them is found
 * without an edit elsewhere. Operators are named as in {@code torch.ops.aten}, such as {@code
 * conv2d.default}, and others by their whole name. One that works in place has the rule of the name
 * without its underscore.
 */
@API(status = Status.INTERNAL)
public interface AtenRules {

  /** The rule of each operator. */
  Map<String, AtenRule> rules();

  /** The operators whose result shares memory with their first input. */
  default Map<String, ViewRule> views() {
    return Map.of();
  }

  /**
   * The operators of {@link #views} that copy if the input does not lie in row-major order, and
   * whose result else is the input itself or a view of it.
   */
  default Set<String> copiesUnlessRowMajor() {
    return Set.of();
  }
}
