package dev.limelight.spark;

import dev.limelight.audit.AuditMaps;
import dev.limelight.audit.AuditRow;
import dev.limelight.audit.MapCluster;
import dev.limelight.audit.MapGroups;
import dev.limelight.audit.MapSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** The maps of a set, distributed: executors add them up, and the driver receives only sums. */
final class RowMaps implements AuditMaps {

  private static final int DEPTH = 2;

  private final JavaRDD<AuditRow> rows;

  /** The number of maps of each class in each partition, in order. */
  private final List<Map<Integer, Integer>> parts;

  private final Map<Integer, String> labels;

  /**
   * Counts the maps of each class.
   *
   * @param rows all rows of the set in order, persisted by Spark because they are read repeatedly
   */
  RowMaps(JavaRDD<AuditRow> rows) {
    this.rows = rows.filter(AuditRow::mapped);
    parts = this.rows.mapPartitions(part -> List.of(counts(part)).iterator()).collect();
    labels =
        this.rows
            .mapToPair(row -> new Tuple2<>(row.predicted(), row.predictedLabel()))
            .reduceByKey((one, other) -> one)
            .collectAsMap();
  }

  private static Map<Integer, Integer> counts(Iterator<AuditRow> rows) {
    Map<Integer, Integer> counts = new HashMap<>();
    rows.forEachRemaining(row -> counts.merge(row.predicted(), 1, Integer::sum));
    return counts;
  }

  @Override
  public SortedMap<Integer, Integer> counts() {
    SortedMap<Integer, Integer> counts = new TreeMap<>();
    parts.forEach(part -> part.forEach((c, count) -> counts.merge(c, count, Integer::sum)));
    return counts;
  }

  @Override
  public String label(int predicted) {
    return Objects.requireNonNull(labels.get(predicted), "a class of the maps has a label");
  }

  @Override
  public Map<Integer, List<float[]>> at(Map<Integer, int[]> indices) {
    List<Map<Integer, Integer>> starts = new ArrayList<>();
    Map<Integer, Integer> before = new HashMap<>();
    for (Map<Integer, Integer> part : parts) {
      starts.add(new HashMap<>(before));
      part.forEach((c, count) -> before.merge(c, count, Integer::sum));
    }
    Map<Integer, List<float[]>> maps = new HashMap<>();
    rows.mapPartitionsWithIndex((part, list) -> at(indices, starts.get(part), list), false)
        .collect()
        .forEach(
            row -> maps.computeIfAbsent(row.predicted(), c -> new ArrayList<>()).add(row.map()));
    return maps;
  }

  private static Iterator<AuditRow> at(
      Map<Integer, int[]> indices, Map<Integer, Integer> starts, Iterator<AuditRow> rows) {
    List<AuditRow> requested = new ArrayList<>();
    Map<Integer, Integer> counts = new HashMap<>(starts);
    while (rows.hasNext()) {
      AuditRow row = rows.next();
      int index = counts.merge(row.predicted(), 1, Integer::sum) - 1;
      if (Arrays.binarySearch(indices.getOrDefault(row.predicted(), new int[0]), index) >= 0) {
        requested.add(row);
      }
    }
    return requested.iterator();
  }

  @Override
  public Map<Integer, Map<Integer, MapSum>> sums(Map<Integer, MapGroups> groups) {
    return rows.treeAggregate(
        new TreeMap<Integer, Map<Integer, MapSum>>(),
        (sums, row) -> {
          MapGroups ofClass = groups.get(row.predicted());
          if (ofClass != null) {
            sum(sums, row.predicted(), ofClass.of(row.map())).add(row);
          }
          return sums;
        },
        (sums, others) -> {
          others.forEach((c, all) -> all.forEach((group, other) -> sum(sums, c, group).add(other)));
          return sums;
        },
        DEPTH);
  }

  private static MapSum sum(Map<Integer, Map<Integer, MapSum>> sums, int predicted, int group) {
    return sums.computeIfAbsent(predicted, key -> new TreeMap<>())
        .computeIfAbsent(group, key -> new MapSum());
  }

  @Override
  public List<Map<Integer, Integer>> focused(List<MapCluster> clusters) {
    ArrayList<Map<Integer, Integer>> none = new ArrayList<>();
    clusters.forEach(cluster -> none.add(new HashMap<>()));
    return rows.treeAggregate(
        none,
        (counts, row) -> {
          for (int i = 0; i < clusters.size(); i++) {
            if (clusters.get(i).focuses(row)) {
              counts.get(i).merge(row.predicted(), 1, Integer::sum);
            }
          }
          return counts;
        },
        (counts, others) -> {
          for (int i = 0; i < clusters.size(); i++) {
            Map<Integer, Integer> sum = counts.get(i);
            others.get(i).forEach((c, count) -> sum.merge(c, count, Integer::sum));
          }
          return counts;
        },
        DEPTH);
  }

  @Override
  public List<List<MapCluster.Member>> members(List<MapCluster> clusters) {
    List<List<MapCluster.Member>> members = new ArrayList<>();
    clusters.forEach(cluster -> members.add(new ArrayList<>()));
    rows.mapPartitions(part -> members(clusters, part))
        .collect()
        .forEach(member -> members.get(member._1()).add(member._2()));
    return members;
  }

  private static Iterator<Tuple2<Integer, MapCluster.Member>> members(
      List<MapCluster> clusters, Iterator<AuditRow> rows) {
    List<Tuple2<Integer, MapCluster.Member>> members = new ArrayList<>();
    while (rows.hasNext()) {
      AuditRow row = rows.next();
      int index = MapCluster.indexOf(row, clusters);
      if (index >= 0) {
        members.add(new Tuple2<>(index, clusters.get(index).member(row)));
      }
    }
    return members.iterator();
  }
}
