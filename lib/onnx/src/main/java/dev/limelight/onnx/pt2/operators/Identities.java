package dev.limelight.onnx.pt2.operators;

import dev.limelight.onnx.pt2.AtenRule;
import dev.limelight.onnx.pt2.AtenRules;
import dev.limelight.onnx.pt2.Call;
import dev.limelight.onnx.pt2.GraphWriter;
import dev.limelight.onnx.pt2.ViewRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kohsuke.MetaInfServices;

/** Operators that change no element, but at most its type. */
@MetaInfServices(AtenRules.class)
public final class Identities implements AtenRules {

  private static final List<String> COPIES =
      List.of("clone.default", "lift_fresh_copy.default", "_to_copy.default");

  private static final Set<String> SAME =
      Set.of(
          "alias.default",
          "detach.default",
          "lift_fresh.default",
          "positive.default",
          "contiguous.default",
          "to.dtype",
          "to.dtype_layout",
          "to.device",
          "to.other",
          "type_as.default");

  private static final List<String> DROPOUTS =
      List.of("dropout.default", "feature_dropout.default", "alpha_dropout.default");

  private static final List<String> CHECKS =
      List.of(
          "_assert_tensor_metadata.default",
          "_assert_scalar.default",
          "_assert_async.msg",
          "sym_constrain_range.default",
          "sym_constrain_range_for_size.default",
          "torch._check.default");

  @Override
  public Map<String, AtenRule> rules() {
    Map<String, AtenRule> rules = new HashMap<>();
    COPIES.forEach(operator -> rules.put(operator, Identities::cast));
    SAME.forEach(operator -> rules.put(operator, Identities::cast));
    DROPOUTS.forEach(operator -> rules.put(operator, Identities::dropout));
    rules.put("native_dropout.default", Identities::dropout);
    // What the exporter checked of its example holds no values.
    CHECKS.forEach(operator -> rules.put(operator, (n, g) -> {}));
    return rules;
  }

  @Override
  public Map<String, ViewRule> views() {
    Map<String, ViewRule> views = new HashMap<>();
    SAME.forEach(operator -> views.put(operator, (n, g, part) -> part));
    DROPOUTS.forEach(operator -> views.put(operator, (n, g, part) -> part));
    return views;
  }

  @Override
  public Set<String> copiesUnlessRowMajor() {
    return SAME;
  }

  private static void cast(Call n, GraphWriter g) {
    n.result(g.cast(n.x(), n.xMeta().type(), n.type()));
  }

  private static void dropout(Call n, GraphWriter g) {
    if (n.flag("train", false) && n.real("p", 0.5) != 0) {
      throw n.refuse("it drops at random, as in training; export the model in eval()");
    }
    n.result(n.x());
  }
}
