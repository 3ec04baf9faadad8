package dev.limelight.model.mxnet;

import dev.limelight.model.mxnet.MxGraph.Entry;
import dev.limelight.model.signature.OutputRule.Candidate;
import dev.limelight.model.signature.Port;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The outputs of a symbol, of which one is explained.
 *
 * @param graph the symbol
 */
record MxOutputs(MxGraph graph) {

  /** All of them. */
  List<Candidate> candidates() {
    List<Entry> heads = graph.outputs();
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      Set<Integer> below = below(heads.get(i).node());
      Set<String> madeFrom = new HashSet<>();
      for (Entry other : heads) {
        if (below.contains(other.node())) {
          madeFrom.add(name(other));
        }
      }
      all.add(new Candidate(port(i), graph.outputActivation(i) != null, madeFrom));
    }
    return all;
  }

  /** A dense layer's number of classes is an attribute; other shapes are known once it runs. */
  private Port port(int output) {
    Entry head = graph.outputs().get(output);
    boolean plain = graph.outputActivation(output) == null;
    int dense = plain ? head.node() : graph.inputs(head.node()).get(0).node();
    String units =
        graph.operator(dense).equals("FullyConnected") ? graph.attribute(dense, "num_hidden") : "";
    return units != null && units.matches("\\d{1,9}")
        ? new Port(name(head), "float32", List.of(-1L, Long.valueOf(units)))
        : Port.named(name(head));
  }

  /** MXNet calls the first output of a node NAME_output, and further ones NAME_output1. */
  private String name(Entry head) {
    return graph.name(head.node()) + "_output" + (head.output() == 0 ? "" : head.output());
  }

  /** The nodes that a node is computed from. */
  private Set<Integer> below(int node) {
    Set<Integer> found = new HashSet<>();
    Deque<Integer> waiting = new ArrayDeque<>(List.of(node));
    while (!waiting.isEmpty()) {
      for (Entry input : graph.inputs(waiting.pop())) {
        if (found.add(input.node())) {
          waiting.add(input.node());
        }
      }
    }
    return found;
  }
}
