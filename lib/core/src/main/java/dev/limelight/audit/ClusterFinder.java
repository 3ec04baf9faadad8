package dev.limelight.audit;

import dev.limelight.image.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/** Finds the clusters of each class, and compares each with the other classes. */
final class ClusterFinder {

  private static final double OF_THE_EVIDENCE = 0.6;
  private static final double MOST_OF_IT = 0.5;
  private static final double SAME_PLACE = 0.5;

  private final List<AuditRow> rows;
  private final long seed;

  /** Of the rows that have a map. */
  ClusterFinder(List<AuditRow> rows, long seed) {
    this.rows = rows.stream().filter(AuditRow::mapped).toList();
    this.seed = seed;
  }

  /** The clusters of all classes, the most suspicious first. */
  List<Cluster> find() {
    List<List<AuditRow>> groups = new ArrayList<>();
    for (int predicted :
        rows.stream().mapToInt(AuditRow::predicted).distinct().sorted().toArray()) {
      List<AuditRow> own = rows.stream().filter(row -> row.predicted() == predicted).toList();
      groups.addAll(joined(groups(own)));
    }
    return groups.stream()
        .map(members -> cluster(members, groups.size()))
        .sorted(Comparator.comparingDouble(cluster -> -cluster.suspicion()))
        .toList();
  }

  private List<List<AuditRow>> groups(List<AuditRow> own) {
    int[] group = SpectralClustering.groups(own.stream().map(AuditRow::map).toList(), seed);
    Map<Integer, List<AuditRow>> groups = new TreeMap<>();
    for (int i = 0; i < group.length; i++) {
      groups.computeIfAbsent(group[i], key -> new ArrayList<>()).add(own.get(i));
    }
    return List.copyOf(groups.values());
  }

  /** Groups that lie in the same place differ in no way that matters here. */
  private static List<List<AuditRow>> joined(List<List<AuditRow>> groups) {
    List<List<AuditRow>> joined = new ArrayList<>();
    for (List<AuditRow> group : groups) {
      List<AuditRow> whole = new ArrayList<>(group);
      for (int i = 0; i < joined.size(); i++) {
        if (overlap(place(mean(joined.get(i))), place(mean(whole))) >= SAME_PLACE) {
          whole.addAll(joined.remove(i));
          // The place has moved, so all others are looked at again.
          i = -1;
        }
      }
      joined.add(whole);
    }
    return joined;
  }

  private static double overlap(boolean[] one, boolean[] other) {
    int both = 0;
    int either = 0;
    for (int i = 0; i < one.length; i++) {
      both += one[i] && other[i] ? 1 : 0;
      either += one[i] || other[i] ? 1 : 0;
    }
    return (double) both / either;
  }

  private Cluster cluster(List<AuditRow> members, int tests) {
    int predicted = members.get(0).predicted();
    float[] mean = mean(members);
    boolean[] place = place(mean);
    int own = 0;
    int ownThere = 0;
    int there = 0;
    for (AuditRow row : rows) {
      boolean looks = share(row.map(), place) >= MOST_OF_IT;
      there += looks ? 1 : 0;
      if (row.predicted() == predicted) {
        own++;
        ownThere += looks ? 1 : 0;
      }
    }
    int others = rows.size() - own;
    double elsewhere = others == 0 ? Double.NaN : (double) (there - ownThere) / others;
    double chance =
        others == 0
            ? 1
            : new HypergeometricDistribution(rows.size(), there, own)
                .upperCumulativeProbability(ownThere);
    return new Cluster(
        predicted,
        members.get(0).predictedLabel(),
        typicalFirst(members, mean),
        AuditRow.heatmap(mean),
        new Mask(AuditRow.SIDE, AuditRow.SIDE, place),
        (double) ownThere / own,
        elsewhere,
        // Bonferroni: each cluster is one more chance to find something.
        Math.min(1, chance * tests),
        meanObject(members));
  }

  static float[] mean(List<AuditRow> members) {
    double[] sums = new double[AuditRow.SIDE * AuditRow.SIDE];
    for (AuditRow row : members) {
      float[] map = row.map();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += map[i];
      }
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / members.size());
    }
    return mean;
  }

  /** The mean share on the object, of those where it is known; NaN if there are none. */
  static double meanObject(List<AuditRow> members) {
    return members.stream()
        .mapToDouble(AuditRow::object)
        .filter(share -> !Double.isNaN(share))
        .average()
        .orElse(Double.NaN);
  }

  /** The strongest cells that hold enough of the evidence. */
  private static boolean[] place(float[] mean) {
    Integer[] order = IntStream.range(0, mean.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -mean[i]));
    boolean[] place = new boolean[mean.length];
    double sum = 0;
    for (int i = 0; i < order.length && sum < OF_THE_EVIDENCE; i++) {
      place[order[i]] = true;
      sum += mean[order[i]];
    }
    return place;
  }

  private static double share(float[] map, boolean[] place) {
    double sum = 0;
    for (int i = 0; i < map.length; i++) {
      sum += place[i] ? map[i] : 0;
    }
    return sum;
  }

  private static List<Integer> typicalFirst(List<AuditRow> members, float[] mean) {
    return members.stream()
        .sorted(Comparator.comparingDouble(row -> -overlap(row.map(), mean)))
        .map(AuditRow::index)
        .toList();
  }

  /** Bhattacharyya's coefficient. */
  private static double overlap(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.sqrt((double) one[i] * other[i]);
    }
    return sum;
  }
}
