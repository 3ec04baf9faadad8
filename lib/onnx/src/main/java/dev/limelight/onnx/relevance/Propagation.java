package dev.limelight.onnx.relevance;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.io.Names;
import dev.limelight.model.relevance.Composite;
import dev.limelight.onnx.adjoint.GradientRule;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import dev.limelight.onnx.adjoint.RuleChoice;
import dev.limelight.plugin.Services;
import dev.limelight.support.UnsupportedException;
import java.util.HashMap;
import java.util.Map;

/** The rules of one composite for the nodes of one graph. */
public final class Propagation implements RuleChoice {

  private static final Map<String, RelevanceRule> RULES = installed();

  private final Composite composite;
  private final Factors factors;

  /**
   * Of a graph.
   *
   * @param factors what its products are of
   */
  public Propagation(Composite composite, Factors factors) {
    this.composite = composite;
    this.factors = factors;
  }

  private static Map<String, RelevanceRule> installed() {
    Map<String, RelevanceRule> rules = new HashMap<>();
    Map<String, String> owners = new HashMap<>();
    for (RelevanceRules provider : Services.of(RelevanceRules.class).all()) {
      String owner = provider.getClass().getName();
      provider
          .rules()
          .forEach(
              (operator, rule) -> {
                String other = owners.put(operator, owner);
                if (other != null) {
                  throw new IllegalStateException(
                      "the relevance of "
                          + operator
                          + " is ambiguous: "
                          + owner
                          + " and "
                          + other
                          + " have a rule; take one of them off the class path");
                }
                rules.put(operator, rule);
              });
    }
    return rules;
  }

  @Override
  public GradientRule rule(NodeProto node) {
    RelevanceRule rule = node.getDomain().isEmpty() ? RULES.get(node.getOpType()) : null;
    if (rule == null) {
      String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
      throw UnsupportedException.noGradient(
          "no rule of relevance for the operator "
              + node.getOpType()
              + " (node "
              + Names.quoted(name)
              + "); use integrated-gradients");
    }
    return (graph, operation) -> rule.write(graph, operation, this);
  }

  /** The composite. */
  Composite composite() {
    return composite;
  }

  /** Whether it is one for transformers. */
  boolean isOfAttention() {
    return composite.kind() == Composite.Kind.ATTENTION;
  }

  /** What products are of. */
  Factors factors() {
    return factors;
  }

  /** The derivative of a node. */
  static void exact(GraphBuilder graph, Operation node) {
    GradientRule rule = Kind.EXACT.rule(node.node());
    if (rule == null) {
      throw node.refuse("it has no gradient rule");
    }
    rule.write(graph, node);
  }

  /**
   * The share that c has of an output: {@code c y / (y + epsilon sign y)}.
   *
   * @param c of the output
   * @param y the output
   * @param divisor by which it is divided
   */
  String share(GraphBuilder g, String c, String y, String divisor) {
    String zero = g.number(0, divisor);
    String below = g.cast(g.op("Less", divisor, zero), divisor);
    // The sign of 0 is that of positive numbers.
    String sign = g.oneMinus(g.scale(below, 2));
    String stable = g.add(divisor, g.scale(sign, composite.epsilon()));
    return g.div(g.mul(c, y), stable);
  }
}
