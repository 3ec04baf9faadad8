package dev.limelight.model.mxnet;

import dev.limelight.model.GuidedBackprop.Rectifiers;
import dev.limelight.model.mxnet.MxGraph.Entry;
import java.util.List;
import java.util.Set;

/** Counts the activations of an MXNet graph. */
final class MxRectifiers {

  private static final Set<String> LEAKY = Set.of("LeakyReLU", "_npx_leaky_relu");
  private static final Set<String> PRODUCTS =
      Set.of("elemwise_mul", "broadcast_mul", "_npi_multiply");

  private MxRectifiers() {}

  /** Those that a guided backward pass finds and those that it leaves. */
  static Rectifiers of(MxGraph graph) {
    int relus = 0;
    int others = 0;
    for (int i = 0; i < graph.size(); i++) {
      if (graph.isVariable(i)) {
        continue;
      }
      if (MxRelus.upper(graph, i) != null) {
        relus++;
      } else if (LEAKY.contains(graph.operator(i)) || isGated(graph, i)) {
        others++;
      }
    }
    return new Rectifiers(relus, others);
  }

  /** Whether a product is that of a tensor and a function of it alone, such as SiLU or Mish. */
  private static boolean isGated(MxGraph graph, int node) {
    List<Entry> factors = graph.inputs(node);
    return PRODUCTS.contains(graph.operator(node))
        && factors.size() == 2
        && (isGate(graph, factors.get(0), factors.get(1))
            || isGate(graph, factors.get(1), factors.get(0)));
  }

  private static boolean isGate(MxGraph graph, Entry factor, Entry of) {
    Entry current = factor;
    for (int depth = 0; depth < 4; depth++) {
      if (graph.isVariable(current.node()) || graph.inputs(current.node()).size() != 1) {
        return false;
      }
      current = graph.inputs(current.node()).get(0);
      if (current.equals(of)) {
        return true;
      }
    }
    return false;
  }
}
