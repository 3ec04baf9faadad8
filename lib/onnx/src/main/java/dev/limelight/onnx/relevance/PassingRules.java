package dev.limelight.onnx.relevance;

import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.MetaInfServices;

/**
 * Operators for which the derivative is the rule: they move numbers, add them up, choose among
 * them, or are straight through 0.
 */
@MetaInfServices(RelevanceRules.class)
public final class PassingRules implements RelevanceRules {

  private static final List<String> OPERATORS =
      List.of(
          "Identity",
          "Dropout",
          "Cast",
          "Reshape",
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "Transpose",
          "Expand",
          "Concat",
          "Split",
          "Slice",
          "Gather",
          "GatherND",
          "GatherElements",
          "Pad",
          "Tile",
          "DepthToSpace",
          "SpaceToDepth",
          "Neg",
          "Add",
          "Sub",
          "Sum",
          "Mean",
          "Where",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "ReduceMean",
          "ReduceSum",
          "ReduceMax",
          "Resize",
          "Relu",
          "LeakyRelu",
          "PRelu",
          "BatchNormalization");

  @Override
  public Map<String, RelevanceRule> rules() {
    Map<String, RelevanceRule> rules = new HashMap<>();
    OPERATORS.forEach(operator -> rules.put(operator, PassingRules::pass));
    return rules;
  }

  private static void pass(GraphBuilder g, Operation n, Propagation by) {
    Propagation.exact(g, n);
  }
}
