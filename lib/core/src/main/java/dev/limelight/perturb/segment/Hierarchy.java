package dev.limelight.perturb.segment;

import dev.limelight.segment.Segments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A binary tree of segments: the first nodes are the segments, the last is all of them.
 *
 * @param leaves how many segments
 * @param children the two of each further node, all of lower numbers
 */
record Hierarchy(int leaves, int[][] children) {

  /** Halves the segments across the longer side of what they fill, again and again. */
  static Hierarchy of(Segments segments) {
    double[][] centres = new double[segments.count()][2];
    for (int i = 0; i < centres.length; i++) {
      int[] pixels = segments.pixels(i);
      for (int pixel : pixels) {
        centres[i][0] += (double) (pixel % segments.width()) / pixels.length;
        centres[i][1] += (double) (pixel / segments.width()) / pixels.length;
      }
    }
    List<int[]> children = new ArrayList<>();
    halve(IntStream.range(0, centres.length).boxed().toList(), centres, children);
    return new Hierarchy(centres.length, children.toArray(int[][]::new));
  }

  private static int halve(List<Integer> some, double[][] centres, List<int[]> children) {
    if (some.size() == 1) {
      return some.get(0);
    }
    int axis = extent(some, centres, 0) >= extent(some, centres, 1) ? 0 : 1;
    List<Integer> sorted =
        some.stream()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> centres[i][axis])
                    .thenComparingDouble(i -> centres[i][1 - axis]))
            .toList();
    int middle = sorted.size() / 2;
    int first = halve(sorted.subList(0, middle), centres, children);
    int second = halve(sorted.subList(middle, sorted.size()), centres, children);
    children.add(new int[] {first, second});
    return centres.length + children.size() - 1;
  }

  private static double extent(List<Integer> some, double[][] centres, int axis) {
    return some.stream().mapToDouble(i -> centres[i][axis]).max().orElseThrow()
        - some.stream().mapToDouble(i -> centres[i][axis]).min().orElseThrow();
  }

  int root() {
    return leaves + children.length - 1;
  }

  boolean isLeaf(int node) {
    return node < leaves;
  }

  int first(int node) {
    return children[node - leaves][0];
  }

  int second(int node) {
    return children[node - leaves][1];
  }

  /** The segments below each node. */
  BitSet[] members() {
    BitSet[] members = new BitSet[root() + 1];
    Arrays.setAll(members, node -> new BitSet(leaves));
    for (int node = 0; node < members.length; node++) {
      if (isLeaf(node)) {
        members[node].set(node);
      } else {
        members[node].or(members[first(node)]);
        members[node].or(members[second(node)]);
      }
    }
    return members;
  }
}
