package dev.limelight.scene;

import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Random numbers that depend on a seed and an item only, not on the order of the draws. */
@API(status = Status.INTERNAL)
public final class Seeds {

  /** The seed where none is given. */
  public static final long DEFAULT = 20260101L;

  private Seeds() {}

  /** The random numbers that belong to one item of a seeded whole, whatever else is drawn. */
  public static Random of(long seed, long item) {
    return new Random(mix(mix(seed) + 0x9E3779B97F4A7C15L * (item + 1)));
  }

  /** Stafford's variant 13 of a 64-bit finaliser: close seeds become far ones. */
  static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
