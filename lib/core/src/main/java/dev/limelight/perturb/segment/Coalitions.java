package dev.limelight.perturb.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.util.Combinations;
import org.hipparchus.util.CombinatoricsUtils;

/**
 * Sets of segments with the weights of KernelSHAP: {@code (n - 1) / (C(n, s) s (n - s))} for a set
 * of s of n segments. All sets are taken if they are few enough. Else all sets of as few segments,
 * and of as many, as there is room for; the others are drawn, each together with its complement.
 *
 * @param sets neither empty nor whole
 * @param weights one a set, which sum to 1
 * @param fixed how many of the first sets are not drawn
 * @param draws how often each pair of the others was drawn
 */
record Coalitions(List<BitSet> sets, double[] weights, int fixed, int[] draws) {

  /**
   * Chooses them.
   *
   * @param n how many segments, at least 2
   * @param samples how many sets, at least 2 n unless there are fewer
   */
  static Coalitions of(int n, int samples, long seed) {
    return new Choice(n, samples).chosen(new SplittableRandom(seed));
  }

  /** How many sets there are, but for the empty and the whole one. */
  static double all(int n) {
    return Math.pow(2, n) - 2;
  }

  private static final class Choice {
    private final int n;
    private final double[] shares;
    private final List<BitSet> sets = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private int left;

    /** The sizes below are chosen by their complements; each has the weight of both. */
    Choice(int n, int samples) {
      this.n = n;
      left = (int) Math.min(samples, all(n));
      shares = new double[n / 2];
      for (int s = 1; s <= shares.length; s++) {
        shares[s - 1] = (2 * s == n ? 1 : 2) * (n - 1.0) / ((double) s * (n - s));
      }
      double sum = Arrays.stream(shares).sum();
      for (int i = 0; i < shares.length; i++) {
        shares[i] /= sum;
      }
    }

    Coalitions chosen(SplittableRandom random) {
      int full = 0;
      double rest = 1;
      while (full < shares.length && fits(full + 1, rest)) {
        addAll(full + 1);
        rest -= shares[full++];
      }
      int fixed = sets.size();
      int[] draws = full == shares.length || left < 2 ? new int[0] : draw(full, random);
      double total = weights.stream().mapToDouble(Double::doubleValue).sum();
      return new Coalitions(
          List.copyOf(sets),
          weights.stream().mapToDouble(weight -> weight / total).toArray(),
          fixed,
          draws);
    }

    private double count(int size) {
      return (2 * size == n ? 1 : 2) * CombinatoricsUtils.binomialCoefficientDouble(n, size);
    }

    /** Single segments always: without them a regression might have no answer. */
    private boolean fits(int size, double rest) {
      double count = count(size);
      return count <= left && (size == 1 || left * shares[size - 1] / rest >= count * (1 - 1e-8));
    }

    private void addAll(int size) {
      double weight = shares[size - 1] / count(size);
      for (int[] members : new Combinations(n, size)) {
        BitSet set = new BitSet(n);
        Arrays.stream(members).forEach(set::set);
        add(set, weight);
        if (2 * size != n) {
          add(complement(set), weight);
        }
      }
      left -= (int) count(size);
    }

    private void add(BitSet set, double weight) {
      sets.add(set);
      weights.add(weight);
    }

    private BitSet complement(BitSet set) {
      BitSet other = (BitSet) set.clone();
      other.flip(0, n);
      return other;
    }

    private int[] draw(int full, SplittableRandom random) {
      double rest = 0;
      for (int i = full; i < shares.length; i++) {
        rest += shares[i];
      }
      Map<BitSet, Integer> known = new HashMap<>();
      List<Integer> draws = new ArrayList<>();
      int pairs = left / 2;
      int drawn = 0;
      for (; drawn < 4 * pairs && known.size() < pairs; drawn++) {
        BitSet set = set(full, rest * random.nextDouble(), random);
        if (2 * set.cardinality() == n && !set.get(0)) {
          // A pair of halves has one name.
          set = complement(set);
        }
        Integer number = known.putIfAbsent(set, known.size());
        if (number == null) {
          draws.add(1);
          add(set, 0);
          add(complement(set), 0);
        } else {
          draws.set(number, draws.get(number) + 1);
        }
      }
      int from = sets.size() - 2 * draws.size();
      for (int i = from; i < sets.size(); i++) {
        weights.set(i, rest * draws.get((i - from) / 2) / (2.0 * drawn));
      }
      return draws.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A random set of a random size. */
    private BitSet set(int full, double at, SplittableRandom random) {
      int size = full + 1;
      double passed = shares[full];
      while (passed < at && size < shares.length) {
        passed += shares[size++];
      }
      int[] order = new int[n];
      Arrays.setAll(order, i -> i);
      BitSet set = new BitSet(n);
      for (int i = 0; i < size; i++) {
        int other = i + random.nextInt(n - i);
        set.set(order[other]);
        order[other] = order[i];
      }
      return set;
    }
  }
}
