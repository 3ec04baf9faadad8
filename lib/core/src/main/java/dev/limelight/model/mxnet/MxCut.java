package dev.limelight.model.mxnet;

import dev.limelight.io.Names;
import dev.limelight.model.mxnet.MxGraph.Entry;
import dev.limelight.support.UnsupportedException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph that is cut at a node. Other tensors that cross the cut (skip connections, branches, the
 * picture itself) are further outputs of the first part and further inputs of the second.
 *
 * @param features from the picture to the node
 * @param head what follows the node; it reads the node's output as {@link #ACTIVATIONS}
 * @param carried the names of the other tensors that cross the cut
 */
record MxCut(MxGraph features, MxGraph head, List<String> carried) {

  static final String ACTIVATIONS = "limelight_activations";

  /**
   * Cuts a graph.
   *
   * @param node an operator of the graph
   * @param inputs names of the variables that are inputs and not parameters
   * @throws UnsupportedException if the output does not depend on the node
   */
  static MxCut of(MxGraph graph, int node, Set<String> inputs) {
    Map<Entry, String> replaced = new LinkedHashMap<>();
    replaced.put(new Entry(node, 0), ACTIVATIONS);
    for (Entry entry : crossing(graph, node, inputs)) {
      replaced.put(entry, "limelight_carried_" + (replaced.size() - 1));
    }
    MxGraph features = graph.extract(List.copyOf(replaced.keySet()), Map.of());
    MxGraph head = graph.extract(graph.outputs(), replaced);
    return new MxCut(features, head, List.copyOf(replaced.values()).subList(1, replaced.size()));
  }

  private static Set<Entry> crossing(MxGraph graph, int node, Set<String> inputs) {
    boolean[] after = new boolean[graph.size()];
    for (int i = node + 1; i < after.length; i++) {
      for (Entry input : graph.inputs(i)) {
        after[i] |= input.node() == node || after[input.node()];
      }
    }
    if (!after[graph.outputs().get(0).node()]) {
      throw new UnsupportedException(
          "the output does not depend on layer "
              + Names.quoted(graph.name(node))
              + "; choose one nearer to the end");
    }
    Set<Entry> crossing = new LinkedHashSet<>();
    for (int i = node + 1; i < after.length; i++) {
      for (Entry input : graph.inputs(i)) {
        boolean parameter =
            graph.isVariable(input.node()) && !inputs.contains(graph.name(input.node()));
        if (after[i] && !after[input.node()] && input.node() != node && !parameter) {
          crossing.add(input);
        }
      }
    }
    return crossing;
  }
}
