package dev.limelight.audit;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The pictures of a set that have a map, as {@link Audit#clusters} asks for them: in this machine's
 * memory, or spread over others.
 */
@API(status = Status.INTERNAL)
public interface AuditMaps {

  /** How many pictures are taken for each class. */
  SortedMap<Integer, Integer> counts();

  /** What a class is called. */
  String label(int predicted);

  /**
   * Some maps of some classes.
   *
   * @param places by class, in rising order: which pictures of the class, counted from 0 in the
   *     order of the set
   */
  Map<Integer, List<float[]>> at(Map<Integer, int[]> places);

  /**
   * The sums of all groups.
   *
   * @param groups of some classes
   * @return by class and group; nothing where a group has no pictures
   */
  Map<Integer, Map<Integer, MapSum>> sums(Map<Integer, MapGroups> groups);

  /** How many pictures of each class look at each place ({@link MapPlace#seenBy}). */
  List<Map<Integer, Integer>> looking(List<MapPlace> places);

  /** The pictures of each ({@link MapPlace#holding}). */
  List<List<MapPlace.Member>> members(List<MapPlace> places);
}
