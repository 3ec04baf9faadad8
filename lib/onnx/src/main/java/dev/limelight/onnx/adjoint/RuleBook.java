package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.GradientRules.Kind;
import dev.limelight.plugin.Services;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All gradient rules on the class path, by the names of their operators. */
final class RuleBook {

  private static final RuleBook INSTALLED = new RuleBook();

  private final Map<Kind, Map<String, GradientRule>> rules = new EnumMap<>(Kind.class);
  private final Set<String> flat = new HashSet<>();
  private final Set<String> straightThrough = new HashSet<>();

  private RuleBook() {
    for (Kind kind : Kind.values()) {
      rules.put(kind, new HashMap<>());
    }
    Map<String, String> owners = new HashMap<>();
    for (GradientRules provider : Services.of(GradientRules.class).all()) {
      String owner = provider.getClass().getName();
      provider
          .rules()
          .forEach(
              (operator, rule) -> {
                String other = owners.put(provider.kind() + operator, owner);
                if (other != null) {
                  throw new IllegalStateException(
                      "the gradient of "
                          + operator
                          + " is ambiguous: "
                          + owner
                          + " and "
                          + other
                          + " have a rule; take one of them off the class path");
                }
                of(provider.kind()).put(operator, rule);
              });
      flat.addAll(provider.flat());
      straightThrough.addAll(provider.straightThrough());
    }
  }

  static RuleBook installed() {
    return INSTALLED;
  }

  private Map<String, GradientRule> of(Kind kind) {
    return rules.computeIfAbsent(kind, key -> new HashMap<>());
  }

  /** Whether nothing of an operator's input reaches its output by a gradient. */
  boolean isFlat(NodeProto node) {
    return flat.contains(name(node));
  }

  /** Whether gradients pass through whole numbers that an operator gives. */
  boolean passesWhole(NodeProto node) {
    return straightThrough.contains(name(node));
  }

  /** The rule of an operator, the exact one if there is none of that kind, or null. */
  @Nullable GradientRule rule(Kind kind, NodeProto node) {
    GradientRule rule = of(kind).get(name(node));
    return rule == null ? of(Kind.EXACT).get(name(node)) : rule;
  }

  private static String name(NodeProto node) {
    return node.getDomain().isEmpty()
        ? node.getOpType()
        : node.getDomain() + "::" + node.getOpType();
  }
}
