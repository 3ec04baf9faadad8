package dev.limelight.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Maps in memory. */
final class InMemoryMaps implements AuditMaps {

  private final SortedMap<Integer, List<AuditRow>> classes = new TreeMap<>();

  /** The maps of the rows that have one. */
  InMemoryMaps(List<AuditRow> rows) {
    rows.stream()
        .filter(AuditRow::mapped)
        .forEach(
            row -> classes.computeIfAbsent(row.predicted(), key -> new ArrayList<>()).add(row));
  }

  @Override
  public SortedMap<Integer, Integer> counts() {
    SortedMap<Integer, Integer> counts = new TreeMap<>();
    classes.forEach((predicted, rows) -> counts.put(predicted, rows.size()));
    return counts;
  }

  private List<AuditRow> rows(int predicted) {
    return classes.getOrDefault(predicted, List.of());
  }

  @Override
  public String label(int predicted) {
    return rows(predicted).get(0).predictedLabel();
  }

  @Override
  public Map<Integer, List<float[]>> at(Map<Integer, int[]> indices) {
    Map<Integer, List<float[]>> maps = new HashMap<>();
    indices.forEach(
        (predicted, ofClass) ->
            maps.put(
                predicted,
                IntStream.of(ofClass).mapToObj(i -> rows(predicted).get(i).map()).toList()));
    return maps;
  }

  @Override
  public Map<Integer, Map<Integer, MapSum>> sums(Map<Integer, MapGroups> groups) {
    Map<Integer, Map<Integer, MapSum>> sums = new HashMap<>();
    groups.forEach(
        (predicted, ofClass) -> {
          Map<Integer, MapSum> classSums = new TreeMap<>();
          for (AuditRow row : rows(predicted)) {
            classSums.computeIfAbsent(ofClass.of(row.map()), key -> new MapSum()).add(row);
          }
          sums.put(predicted, classSums);
        });
    return sums;
  }

  @Override
  public List<Map<Integer, Integer>> focused(List<MapCluster> clusters) {
    return clusters.stream()
        .map(
            cluster -> {
              Map<Integer, Integer> counts = new HashMap<>();
              classes.forEach(
                  (predicted, rows) ->
                      counts.put(predicted, (int) rows.stream().filter(cluster::focuses).count()));
              return counts;
            })
        .toList();
  }

  @Override
  public List<List<MapCluster.Member>> members(List<MapCluster> clusters) {
    List<List<MapCluster.Member>> members = new ArrayList<>();
    clusters.forEach(cluster -> members.add(new ArrayList<>()));
    clusters.stream()
        .map(MapCluster::predicted)
        .distinct()
        .flatMap(predicted -> rows(predicted).stream())
        .forEach(
            row -> {
              int index = MapCluster.indexOf(row, clusters);
              members.get(index).add(clusters.get(index).member(row));
            });
    return members;
  }
}
