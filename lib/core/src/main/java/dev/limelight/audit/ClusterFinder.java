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

/** Finds the clusters of each class, and compares each with the other classes. */
final class ClusterFinder {

  private static final double OF_THE_EVIDENCE = 0.6;
  private static final double SAME_PLACE = 0.5;

  /**
   * The known maps of so many classes, half a megabyte each, are sent to other machines at once.
   */
  private static final int CLASSES_AT_ONCE = 32;

  private final AuditMaps maps;
  private final Map<Integer, Integer> counts;
  private final int all;
  private final long seed;

  ClusterFinder(AuditMaps maps, long seed) {
    this.maps = maps;
    this.seed = seed;
    counts = maps.counts();
    all = counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The clusters of all classes, the most suspicious first. */
  List<Cluster> find() {
    List<Integer> classes = List.copyOf(counts.keySet());
    List<Cluster> clusters = new ArrayList<>();
    for (int from = 0; from < classes.size(); from += CLASSES_AT_ONCE) {
      clusters.addAll(
          clusters(classes.subList(from, Math.min(from + CLASSES_AT_ONCE, classes.size()))));
    }
    return clusters.stream()
        .map(cluster -> cluster.amongTests(clusters.size()))
        .sorted(Comparator.comparingDouble(cluster -> -cluster.suspicion()))
        .toList();
  }

  private List<Cluster> clusters(List<Integer> classes) {
    Map<Integer, int[]> chosen = new HashMap<>();
    classes.forEach(c -> chosen.put(c, SpectralClustering.chosen(count(c))));
    Map<Integer, MapGroups> groups = new HashMap<>();
    maps.at(chosen).forEach((c, known) -> groups.put(c, SpectralClustering.of(known, seed)));
    Map<Integer, Map<Integer, MapSum>> sums = maps.sums(groups);
    List<MapPlace> places = new ArrayList<>();
    List<MapSum> placeSums = new ArrayList<>();
    for (int predicted : classes) {
      MapGroups own = Objects.requireNonNull(groups.get(predicted));
      for (Joined one : joined(sums.getOrDefault(predicted, Map.of()))) {
        float[] mean = one.sum.mean();
        places.add(new MapPlace(predicted, own, one.numbers, mean, place(mean)));
        placeSums.add(one.sum);
      }
    }
    List<Map<Integer, Integer>> looking = maps.looking(places);
    List<List<MapPlace.Member>> members = maps.members(places);
    return IntStream.range(0, places.size())
        .mapToObj(i -> cluster(places.get(i), placeSums.get(i), looking.get(i), members.get(i)))
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

  /** Groups that lie in the same place differ in no way that matters here. */
  private static List<Joined> joined(Map<Integer, MapSum> groups) {
    List<Joined> joined = new ArrayList<>();
    groups.forEach(
        (number, sum) -> {
          Joined whole = new Joined(new HashSet<>(Set.of(number)), sum);
          for (int i = 0; i < joined.size(); i++) {
            if (overlap(place(joined.get(i).sum.mean()), place(whole.sum.mean())) >= SAME_PLACE) {
              whole.add(joined.remove(i));
              // The place has moved, so all others are looked at again.
              i = -1;
            }
          }
          joined.add(whole);
        });
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

  private Cluster cluster(
      MapPlace place, MapSum sum, Map<Integer, Integer> looking, List<MapPlace.Member> members) {
    int own = count(place.predicted());
    int ownThere = looking.getOrDefault(place.predicted(), 0);
    int there = looking.values().stream().mapToInt(Integer::intValue).sum();
    int others = all - own;
    return new Cluster(
        place.predicted(),
        maps.label(place.predicted()),
        MapPlace.typicalFirst(members),
        AuditRow.heatmap(place.mean()),
        new Mask(AuditRow.SIDE, AuditRow.SIDE, place.place()),
        (double) ownThere / own,
        others == 0 ? Double.NaN : (double) (there - ownThere) / others,
        others == 0
            ? 1
            : new HypergeometricDistribution(all, there, own).upperCumulativeProbability(ownThere),
        sum.object());
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
}
