package dev.limelight.audit;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Maps of one class that lie alike.
 *
 * @param predicted the class
 * @param groups those of the class
 * @param numbers which of them
 * @param mean the mean of their maps
 * @param place the cells that hold most of it
 */
@API(status = Status.INTERNAL)
public record MapPlace(
    int predicted, MapGroups groups, Set<Integer> numbers, float[] mean, boolean[] place)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final double MOST_OF_IT = 0.5;

  /** Which of some places has a picture among its maps; -1 if none is of its class. */
  public static int holding(List<MapPlace> places, AuditRow row) {
    int group = -1;
    for (int i = 0; i < places.size(); i++) {
      MapPlace place = places.get(i);
      if (place.predicted == row.predicted()) {
        group = group < 0 ? place.groups.of(row.map()) : group;
        if (place.numbers.contains(group)) {
          return i;
        }
      }
    }
    return -1;
  }

  /** Whether a picture, of any class, has most of its evidence in the place. */
  public boolean seenBy(AuditRow row) {
    float[] map = row.map();
    return IntStream.range(0, place.length).filter(i -> place[i]).mapToDouble(i -> map[i]).sum()
        >= MOST_OF_IT;
  }

  /** A picture as one of them. */
  public Member member(AuditRow row) {
    float[] map = row.map();
    double sum = 0;
    for (int i = 0; i < map.length; i++) {
      sum += Math.sqrt((double) map[i] * mean[i]);
    }
    return new Member(row.index(), sum);
  }

  /**
   * A picture of them.
   *
   * @param index its place in the set
   * @param likeness how much like the mean its map is, from 0 to 1: Bhattacharyya's coefficient
   */
  public record Member(int index, double likeness) implements Serializable {

    private static final long serialVersionUID = 1L;
  }

  /** The members' places in the set, the most typical first. */
  static List<Integer> typicalFirst(List<Member> members) {
    return members.stream()
        .sorted(
            Comparator.comparingDouble((Member one) -> -one.likeness())
                .thenComparingInt(Member::index))
        .map(Member::index)
        .toList();
  }
}
