package dev.limelight.audit;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A cluster of similar maps of one class, before it is compared with other classes.
 *
 * @param predicted the class
 * @param groups the groups of the class
 * @param numbers the groups that belong to the cluster
 * @param mean the mean of the maps
 * @param region the cells with most of the mean map
 */
@API(status = Status.INTERNAL)
public record MapCluster(
    int predicted, MapGroups groups, Set<Integer> numbers, float[] mean, boolean[] region)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final double MOST = 0.5;

  /** The index of the cluster to which a picture belongs; -1 if none is of its class. */
  public static int indexOf(AuditRow row, List<MapCluster> clusters) {
    int group = -1;
    for (int i = 0; i < clusters.size(); i++) {
      MapCluster cluster = clusters.get(i);
      if (cluster.predicted == row.predicted()) {
        group = group < 0 ? cluster.groups.of(row.map()) : group;
        if (cluster.numbers.contains(group)) {
          return i;
        }
      }
    }
    return -1;
  }

  /** Whether a picture of any class has most of its evidence in the region. */
  public boolean focuses(AuditRow row) {
    float[] map = row.map();
    return IntStream.range(0, region.length).filter(i -> region[i]).mapToDouble(i -> map[i]).sum()
        >= MOST;
  }

  /** A picture as a member of the cluster. */
  public Member member(AuditRow row) {
    float[] map = row.map();
    double sum = 0;
    for (int i = 0; i < map.length; i++) {
      sum += Math.sqrt((double) map[i] * mean[i]);
    }
    return new Member(row.index(), sum);
  }

  /**
   * A picture of a cluster.
   *
   * @param index its index in the set
   * @param similarity of its map to the mean, from 0 to 1: Bhattacharyya's coefficient
   */
  public record Member(int index, double similarity) implements Serializable {

    private static final long serialVersionUID = 1L;
  }

  /** The indices of the members in the set, the most typical first. */
  static List<Integer> typicalFirst(List<Member> members) {
    return members.stream()
        .sorted(
            Comparator.comparingDouble((Member member) -> -member.similarity())
                .thenComparingInt(Member::index))
        .map(Member::index)
        .toList();
  }
}
