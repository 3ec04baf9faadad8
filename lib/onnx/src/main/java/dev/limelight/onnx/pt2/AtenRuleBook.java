package dev.limelight.onnx.pt2;

import dev.limelight.plugin.Services;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All translations on the class path, by the names of their operators. */
final class AtenRuleBook {

  private static final AtenRuleBook INSTALLED = new AtenRuleBook();

  private final Map<String, AtenRule> rules = new HashMap<>();
  private final Map<String, ViewRule> views = new HashMap<>();
  private final Set<String> copies = new HashSet<>();

  private AtenRuleBook() {
    Map<String, String> owners = new HashMap<>();
    for (AtenRules provider : Services.of(AtenRules.class).all()) {
      String owner = provider.getClass().getName();
      for (Map.Entry<String, AtenRule> rule : provider.rules().entrySet()) {
        String other = owners.put(rule.getKey(), owner);
        if (other != null) {
          throw new IllegalStateException(
              "the operator "
                  + rule.getKey()
                  + " is ambiguous: "
                  + owner
                  + " and "
                  + other
                  + " have a rule; take one of them off the class path");
        }
        rules.put(rule.getKey(), rule.getValue());
      }
      views.putAll(provider.views());
      copies.addAll(provider.copiesUnlessRowMajor());
    }
  }

  static AtenRuleBook installed() {
    return INSTALLED;
  }

  /** The rule of an operator, or null. */
  @Nullable AtenRule rule(String operator) {
    return rules.get(isInPlace(operator) ? functional(operator) : operator);
  }

  /** What an operator's result shares with its input, or null. */
  @Nullable ViewRule view(String operator) {
    return isInPlace(operator) ? null : views.get(operator);
  }

  /** Whether a view is a copy where the input does not lie in row-major order. */
  boolean mayCopy(String operator) {
    return copies.contains(operator);
  }

  /** Whether an operator changes its first input, as add_.Tensor does. */
  static boolean isInPlace(String operator) {
    return operator.matches("[A-Za-z]\\w*_(\\.\\w+)?");
  }

  private static String functional(String operator) {
    return operator.replaceFirst("_(?=\\.|$)", "");
  }
}
