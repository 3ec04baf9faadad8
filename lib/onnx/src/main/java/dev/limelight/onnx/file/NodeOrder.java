package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.limelight.onnx.adjoint.Subgraphs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** The order of computation of nodes, which some tools do not keep. */
final class NodeOrder {

  private NodeOrder() {}

  /**
   * The nodes so that each comes after those whose outputs it reads, and else in the given order.
   * Nodes in a cycle come last.
   */
  static List<NodeProto> sorted(List<NodeProto> nodes) {
    Map<String, Integer> producers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).getOutputList()) {
        producers.putIfAbsent(output, i);
      }
    }
    producers.remove("");
    List<Set<Integer>> before = new ArrayList<>();
    List<List<Integer>> after = new ArrayList<>();
    boolean ordered = true;
    for (int i = 0; i < nodes.size(); i++) {
      before.add(new HashSet<>());
      after.add(new ArrayList<>());
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : Subgraphs.reads(nodes.get(i))) {
        Integer producer = producers.get(input);
        if (producer != null && before.get(i).add(producer)) {
          after.get(producer).add(i);
          ordered &= producer < i;
        }
      }
    }
    return ordered ? nodes : sorted(nodes, before, after);
  }

  private static List<NodeProto> sorted(
      List<NodeProto> nodes, List<Set<Integer>> before, List<List<Integer>> after) {
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (before.get(i).isEmpty()) {
        ready.add(i);
      }
    }
    List<NodeProto> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(nodes.get(next));
      for (int follower : after.get(next)) {
        before.get(follower).remove(next);
        if (before.get(follower).isEmpty()) {
          ready.add(follower);
        }
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (!before.get(i).isEmpty()) {
        sorted.add(nodes.get(i));
      }
    }
    return sorted;
  }
}
