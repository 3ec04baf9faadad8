package dev.limelight.segment;

import java.util.BitSet;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Enlarges sets of pixels. */
@API(status = Status.INTERNAL)
public final class Dilation {

  private Dilation() {}

  /** All pixels within a distance of the set. */
  public static BitSet of(BitSet set, int width, int height, int radius) {
    BitSet result = new BitSet(width * height);
    for (int dy = -radius; dy <= radius; dy++) {
      int reach = (int) Math.sqrt((double) radius * radius - dy * dy);
      for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
        int row = i / width + dy;
        if (row >= 0 && row < height) {
          int from = Math.max(0, i % width - reach);
          int to = Math.min(width - 1, i % width + reach);
          result.set(row * width + from, row * width + to + 1);
        }
      }
    }
    return result;
  }
}
