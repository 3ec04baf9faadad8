package dev.limelight.metric;

import dev.limelight.array.FisherYates;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The locations of a picture from the most relevant to the least, by its heatmap. Among locations
 * that are equal, as all with nothing for the class are, a seeded shuffle decides: row by row, the
 * upper part of the picture would always go first.
 */
@API(status = Status.INTERNAL)
public final class PixelRanking {

  private static final int TIES = 1;

  private final int[] locations;

  private PixelRanking(int[] locations) {
    this.locations = locations;
  }

  /** Those of the map of a trial. */
  public static PixelRanking of(Trial trial) {
    float[] values = trial.heatmap().values();
    int[] shuffled = FisherYates.order(values.length, trial.random(TIES));
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      // The bits of floats from 0 on have their order; adding 0 makes -0 one of them.
      long relevance = Float.floatToIntBits(values[shuffled[i]] + 0f);
      keys[i] = (Integer.MAX_VALUE - relevance) << 32 | i;
    }
    Arrays.sort(keys);
    return new PixelRanking(Arrays.stream(keys).mapToInt(key -> shuffled[(int) key]).toArray());
  }

  /** How many locations a share of the picture is, rounded. */
  public int count(int part, int whole) {
    return (int) Math.round((double) part * locations.length / whole);
  }

  /** One picture with what another has at the most relevant locations, both (C, H, W). */
  public float[] replaced(float[] picture, float[] other, int count) {
    float[] mixed = picture.clone();
    for (int channel = 0; channel < mixed.length; channel += locations.length) {
      for (int i = 0; i < count; i++) {
        mixed[channel + locations[i]] = other[channel + locations[i]];
      }
    }
    return mixed;
  }

  /** The most relevant locations, true among (H, W). */
  boolean[] most(int count) {
    return flags(0, count);
  }

  /** The least relevant locations, true among (H, W). */
  boolean[] least(int count) {
    return flags(locations.length - count, locations.length);
  }

  private boolean[] flags(int from, int to) {
    boolean[] flags = new boolean[locations.length];
    for (int i = from; i < to; i++) {
      flags[locations[i]] = true;
    }
    return flags;
  }
}
