package dev.limelight.audit;

import dev.limelight.image.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/** Finds the clusters of each class, and compares them with the other classes. */
final class ClusterFinder {

  private static final double SHARE_IN_REGION = 0.6;
  private static final double SAME_REGION = 0.5;

  /**
   * The number of classes whose grouped maps, half a megabyte each, are sent to other machines at
   * once.
   */
  private static final int CLASSES_AT_ONCE = 32;

  private final AuditMaps maps;
  private final Map<Integer, Integer> counts;
  private final int total;
  private final long seed;

  ClusterFinder(AuditMaps maps, long seed) {
    this.maps = maps;
    this.seed = seed;
    counts = maps.counts();
    total = counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * The clusters of all classes with {@link Cluster#FEWEST} maps, the most suspicious first; one
   * picture alone is none.
   */
  List<Cluster> find() {
    List<Integer> classes =
        counts.keySet().stream().filter(predicted -> count(predicted) >= Cluster.FEWEST).toList();
    List<Cluster> clusters = new ArrayList<>();
    for (int from = 0; from < classes.size(); from += CLASSES_AT_ONCE) {
      clusters.addAll(
          clusters(classes.subList(from, Math.min(from + CLASSES_AT_ONCE, classes.size()))));
    }
    return clusters.stream()
        .filter(cluster -> cluster.members().size() > 1)
        .map(cluster -> cluster.amongTests(clusters.size()))
        .sorted(Comparator.comparingDouble(cluster -> -cluster.suspicion()))
        .toList();
  }

  private List<Cluster> clusters(List<Integer> classes) {
    Map<Integer, int[]> samples = new HashMap<>();
    classes.forEach(c -> samples.put(c, SpectralClustering.sample(count(c))));
    Map<Integer, MapGroups> groups = new HashMap<>();
    maps.at(samples).forEach((c, sample) -> groups.put(c, SpectralClustering.of(sample, seed)));
    Map<Integer, Map<Integer, MapSum>> sums = maps.sums(groups);
    List<MapCluster> clusters = new ArrayList<>();
    List<MapSum> clusterSums = new ArrayList<>();
    for (int predicted : classes) {
      MapGroups ofClass = Objects.requireNonNull(groups.get(predicted));
      for (Joined joined : joined(sums.getOrDefault(predicted, Map.of()))) {
        float[] mean = joined.sum.mean();
        clusters.add(new MapCluster(predicted, ofClass, joined.numbers, mean, region(mean)));
        clusterSums.add(joined.sum);
      }
    }
    List<Map<Integer, Integer>> focused = maps.focused(clusters);
    List<List<MapCluster.Member>> members = maps.members(clusters);
    return IntStream.range(0, clusters.size())
        .mapToObj(i -> cluster(clusters.get(i), clusterSums.get(i), focused.get(i), members.get(i)))
        .toList();
  }

  private int count(int predicted) {
    return counts.getOrDefault(predicted, 0);
  }

  private record Joined(Set<Integer> numbers, MapSum sum) {
    void add(Joined other) {
      numbers.addAll(other.numbers);
      sum.add(other.sum);
    }
  }

  /** Joins groups whose regions overlap, as the comparison is about regions only. */
  private static List<Joined> joined(Map<Integer, MapSum> groups) {
    List<Joined> joined = new ArrayList<>();
    groups.forEach(
        (number, sum) -> {
          Joined union = new Joined(new HashSet<>(Set.of(number)), sum);
          for (int i = 0; i < joined.size(); i++) {
            if (overlap(region(joined.get(i).sum.mean()), region(union.sum.mean()))
                >= SAME_REGION) {
              union.add(joined.remove(i));
              // The region has changed, so it is compared with all others again.
              i = -1;
            }
          }
          joined.add(union);
        });
    return joined;
  }

  private static double overlap(boolean[] one, boolean[] other) {
    int intersection = 0;
    int union = 0;
    for (int i = 0; i < one.length; i++) {
      intersection += one[i] && other[i] ? 1 : 0;
      union += one[i] || other[i] ? 1 : 0;
    }
    return (double) intersection / union;
  }

  private Cluster cluster(
      MapCluster cluster,
      MapSum sum,
      Map<Integer, Integer> focused,
      List<MapCluster.Member> members) {
    int ofClass = count(cluster.predicted());
    int focusedOfClass = focused.getOrDefault(cluster.predicted(), 0);
    int allFocused = focused.values().stream().mapToInt(Integer::intValue).sum();
    int others = total - ofClass;
    return new Cluster(
        cluster.predicted(),
        maps.label(cluster.predicted()),
        MapCluster.typicalFirst(members),
        AuditRow.heatmap(cluster.mean()),
        new Mask(AuditRow.SIDE, AuditRow.SIDE, cluster.region()),
        (double) focusedOfClass / ofClass,
        others == 0 ? Double.NaN : (double) (allFocused - focusedOfClass) / others,
        others == 0
            ? 1
            : new HypergeometricDistribution(total, allFocused, ofClass)
                .upperCumulativeProbability(focusedOfClass),
        sum.object());
  }

  /** The strongest cells that together have enough of the evidence. */
  private static boolean[] region(float[] mean) {
    Integer[] order = IntStream.range(0, mean.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -mean[i]));
    boolean[] region = new boolean[mean.length];
    double sum = 0;
    for (int i = 0; i < order.length && sum < SHARE_IN_REGION; i++) {
      region[order[i]] = true;
      sum += mean[order[i]];
    }
    return region;
  }
}
