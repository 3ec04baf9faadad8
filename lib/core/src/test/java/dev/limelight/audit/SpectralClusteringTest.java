package dev.limelight.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpectralClusteringTest {

  /** A bump around a place, with a sum of 1. */
  private static float[] bump(double x, double y, Random random) {
    float[] map = new float[AuditRow.SIDE * AuditRow.SIDE];
    float sum = 0;
    for (int i = 0; i < map.length; i++) {
      double d = Math.hypot(i % AuditRow.SIDE - x, i / AuditRow.SIDE - y);
      map[i] = (float) (Math.exp(-d * d / 8) + 0.02 * random.nextDouble());
      sum += map[i];
    }
    for (int i = 0; i < map.length; i++) {
      map[i] /= sum;
    }
    return map;
  }

  private static int[] groups(List<float[]> maps, long seed) {
    List<float[]> known =
        IntStream.of(SpectralClustering.sample(maps.size())).mapToObj(maps::get).toList();
    MapGroups groups = SpectralClustering.of(known, seed);
    return maps.stream().mapToInt(groups::of).toArray();
  }

  @Test
  void groupsThatLieApartAreFound() {
    Random random = new Random(1);
    List<float[]> maps = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      double[][] places = {{3, 3}, {12, 3}, {8, 13}};
      double[] place = places[i % 3];
      maps.add(
          bump(place[0] + random.nextGaussian() / 2, place[1] + random.nextGaussian() / 2, random));
    }
    int[] groups = groups(maps, 5);
    for (int i = 3; i < groups.length; i++) {
      assertThat(groups[i]).as("map %d", i).isEqualTo(groups[i % 3]);
    }
    assertThat(groups[0]).isNotEqualTo(groups[1]);
    assertThat(groups[1]).isNotEqualTo(groups[2]);
    assertThat(groups[0]).isNotEqualTo(groups[2]);
    assertThat(groups(maps, 5)).isEqualTo(groups);
  }

  @Test
  void aFewMapsAreOneGroup() {
    List<float[]> maps = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      maps.add(bump(i, i, new Random(i)));
    }
    assertThat(groups(maps, 0)).containsOnly(0);
    assertThat(SpectralClustering.sample(0)).isEmpty();
  }

  @Test
  void equalMapsAreGrouped() {
    List<float[]> maps = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      maps.add(bump(i < 20 ? 2 : 12, 8, new Random(i < 20 ? 0 : 1)));
    }
    int[] groups = groups(maps, 0);
    assertThat(groups[0]).isNotEqualTo(groups[39]);
  }
}
