package dev.limelight.audit;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The maps of a set of pictures as {@link Audit#clusters} needs them: in this machine's memory, or
 * on several machines. Pictures without a map do not count.
 */
@API(status = Status.INTERNAL)
public interface AuditMaps {

  /** The number of pictures of each predicted class. */
  SortedMap<Integer, Integer> counts();

  /** The name of a class. */
  String label(int predicted);

  /**
   * Selected maps of several classes.
   *
   * @param indices by class, in ascending order: the pictures of the class, counted from 0 in the
   *     order of the set
   */
  Map<Integer, List<float[]>> at(Map<Integer, int[]> indices);

  /**
   * The sums of the maps of all groups.
   *
   * @param groups by class
   * @return by class and group, without groups that have no pictures
   */
  Map<Integer, Map<Integer, MapSum>> sums(Map<Integer, MapGroups> groups);

  /**
   * For each cluster, the number of pictures of each class with most of their evidence in its
   * region ({@link MapCluster#focuses}).
   */
  List<Map<Integer, Integer>> focused(List<MapCluster> clusters);

  /** The pictures of each cluster. */
  List<List<MapCluster.Member>> members(List<MapCluster> clusters);
}
