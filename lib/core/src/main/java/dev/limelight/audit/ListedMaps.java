package dev.limelight.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Maps in memory. */
final class ListedMaps implements AuditMaps {

  private final SortedMap<Integer, List<AuditRow>> classes = new TreeMap<>();

  /** Of the rows that have a map. */
  ListedMaps(List<AuditRow> rows) {
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
  public Map<Integer, List<float[]>> at(Map<Integer, int[]> places) {
    Map<Integer, List<float[]>> maps = new HashMap<>();
    places.forEach(
        (predicted, own) ->
            maps.put(
                predicted, IntStream.of(own).mapToObj(i -> rows(predicted).get(i).map()).toList()));
    return maps;
  }

  @Override
  public Map<Integer, Map<Integer, MapSum>> sums(Map<Integer, MapGroups> groups) {
    Map<Integer, Map<Integer, MapSum>> sums = new HashMap<>();
    groups.forEach(
        (predicted, own) -> {
          Map<Integer, MapSum> all = new TreeMap<>();
          for (AuditRow row : rows(predicted)) {
            all.computeIfAbsent(own.of(row.map()), key -> new MapSum()).add(row);
          }
          sums.put(predicted, all);
        });
    return sums;
  }

  @Override
  public List<Map<Integer, Integer>> looking(List<MapPlace> places) {
    return places.stream()
        .map(
            place -> {
              Map<Integer, Integer> counts = new HashMap<>();
              classes.forEach(
                  (predicted, rows) ->
                      counts.put(predicted, (int) rows.stream().filter(place::seenBy).count()));
              return counts;
            })
        .toList();
  }

  @Override
  public List<List<MapPlace.Member>> members(List<MapPlace> places) {
    List<List<MapPlace.Member>> members = new ArrayList<>();
    places.forEach(place -> members.add(new ArrayList<>()));
    places.stream()
        .map(MapPlace::predicted)
        .distinct()
        .flatMap(predicted -> rows(predicted).stream())
        .forEach(
            row -> {
              int place = MapPlace.holding(places, row);
              members.get(place).add(places.get(place).member(row));
            });
    return members;
  }
}
