package dev.limelight.onnx.torchscript;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The pictures for which code is followed. TorchScript does not say what size it takes: pictures of
 * several sizes at once are tried first, then several of one size, and then one alone.
 */
final class PictureSizes {

  private static final List<Long> USUAL =
      List.of(
          224L, 256L, 384L, 299L, 288L, 320L, 336L, 240L, 260L, 300L, 380L, 448L, 512L, 518L, 64L,
          32L, 28L, 128L, 96L, 160L, 192L, 48L, 16L);

  private static final long LARGEST = 1024;

  private static final long STEP = 8;

  private PictureSizes() {}

  /**
   * Lists of shapes, (N, C, H, W), in the order in which they are tried.
   *
   * @param found the channels that the first convolution reads, or 0
   */
  static List<List<long[]>> all(long found) {
    Set<Long> channels = new LinkedHashSet<>(found > 0 ? List.of(found, 3L) : List.of(3L, 1L));
    Set<Long> sides = new LinkedHashSet<>(USUAL);
    for (long side = STEP; side <= LARGEST; side += STEP) {
      sides.add(side);
    }
    List<List<long[]>> all = new ArrayList<>();
    for (long channel : channels) {
      // No two lengths are equal, so that what is equal in the network is so for all pictures.
      all.add(
          List.of(
              new long[] {2, channel, 224, 256},
              new long[] {3, channel, 320, 288},
              new long[] {5, channel, 256, 352}));
    }
    for (long channel : channels) {
      sides.forEach(side -> all.add(several(channel, side)));
    }
    for (long channel : channels) {
      sides.forEach(side -> all.add(List.of(new long[] {1, channel, side, side})));
    }
    return all;
  }

  private static List<long[]> several(long channels, long side) {
    return List.of(new long[] {2, channels, side, side}, new long[] {3, channels, side, side});
  }
}
