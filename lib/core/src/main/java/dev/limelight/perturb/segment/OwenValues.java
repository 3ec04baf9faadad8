package dev.limelight.perturb.segment;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Owen values along a hierarchy, as shap's partition explainer has them: a node's two children are
 * told apart with what lies outside of the node hidden and seen, the mean of both. The nodes that
 * change the score most are divided first; where the scores are used up, the segments of a node
 * share its value equally.
 */
final class OwenValues {

  /** As many scores at once, whatever the memory, so that the order does not depend on it. */
  private static final int BATCH = 32;

  private record Node(BitSet outside, double hidden, double seen, int number, double weight) {
    double importance() {
      return Math.abs(seen - hidden) * weight;
    }
  }

  private record Entry(Node node, long order) {}

  private final Game game;
  private final Hierarchy tree;
  private final BitSet[] members;
  private final double[] values;
  private final PriorityQueue<Entry> queue =
      new PriorityQueue<>(
          Comparator.<Entry>comparingDouble(entry -> -entry.node.importance())
              .thenComparingLong(Entry::order));
  private long order;

  private OwenValues(Game game, Hierarchy tree) {
    this.game = game;
    this.tree = tree;
    members = tree.members();
    values = new double[members.length];
  }

  /**
   * Owen values.
   *
   * @param empty the score without any segment
   * @param full the score with all
   * @param most how many further scores may be used
   */
  static Estimate of(Game game, Hierarchy tree, double empty, double full, int most) {
    OwenValues owen = new OwenValues(game, tree);
    owen.put(new Node(new BitSet(), empty, full, tree.root(), 1));
    int used = owen.divide(most);
    boolean whole = owen.queue.stream().allMatch(entry -> tree.isLeaf(entry.node.number));
    while (!owen.queue.isEmpty()) {
      owen.settle(owen.queue.remove().node);
    }
    owen.lower(tree.root(), 0);
    double[] values = new double[tree.leaves()];
    double[] errors = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = owen.values[i];
      errors[i] = whole ? 0 : Double.NaN;
    }
    return new Estimate(values, errors, Map.of("coalitions", (double) used));
  }

  private void put(Node node) {
    queue.add(new Entry(node, order++));
  }

  private void settle(Node node) {
    values[node.number] += (node.seen - node.hidden) * node.weight;
  }

  private int divide(int most) {
    int used = 0;
    while (!queue.isEmpty() && used < most) {
      List<Node> nodes = new ArrayList<>();
      List<BitSet> sets = new ArrayList<>();
      while (!queue.isEmpty() && sets.size() < BATCH && used + sets.size() < most) {
        Node node = queue.remove().node;
        if (tree.isLeaf(node.number)) {
          settle(node);
          continue;
        }
        nodes.add(node);
        sets.add(union(node.outside, members[tree.first(node.number)]));
        sets.add(union(node.outside, members[tree.second(node.number)]));
      }
      double[] scores = sets.isEmpty() ? new double[0] : game.scores(sets);
      used += sets.size();
      for (int i = 0; i < nodes.size(); i++) {
        Node node = nodes.get(i);
        int first = tree.first(node.number);
        int second = tree.second(node.number);
        double one = scores[2 * i];
        double other = scores[2 * i + 1];
        double half = node.weight / 2;
        put(new Node(node.outside, node.hidden, one, first, half));
        put(new Node(node.outside, node.hidden, other, second, half));
        put(new Node(sets.get(2 * i + 1), other, node.seen, first, half));
        put(new Node(sets.get(2 * i), one, node.seen, second, half));
      }
    }
    return used;
  }

  private static BitSet union(BitSet one, BitSet other) {
    BitSet union = (BitSet) one.clone();
    union.or(other);
    return union;
  }

  /** Gives what stayed at a node to its segments. */
  private void lower(int node, double value) {
    values[node] += value;
    if (tree.isLeaf(node)) {
      return;
    }
    double share = (double) members[tree.first(node)].cardinality() / members[node].cardinality();
    lower(tree.first(node), values[node] * share);
    lower(tree.second(node), values[node] * (1 - share));
  }
}
