package dev.limelight.perturb;

import java.util.SplittableRandom;

/** Random masks of a square picture in doubles, for tests: every cell spreads its own value. */
public final class SlowMasks {

  private SlowMasks() {}

  /** The mask of a number that a method draws for pictures of so many pixels on each side. */
  public static double[] mask(DRise method, int side, int number) {
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(method.seed()).nextLong() + number);
    int cells = method.cells();
    double[] grid = new double[cells * cells];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.nextDouble() < method.kept() ? 1 : 0;
    }
    int cell = (int) Math.ceil((double) side / cells);
    int top = random.nextInt(cell);
    int left = random.nextInt(cell);
    double[] mask = new double[side * side];
    for (int p = 0; p < mask.length; p++) {
      double y = place(p / side + top, cells, cell);
      double x = place(p % side + left, cells, cell);
      for (int g = 0; g < grid.length; g++) {
        // A tent as wide as two cells.
        double near = Math.max(0, 1 - Math.abs(y - g / cells));
        mask[p] += near * Math.max(0, 1 - Math.abs(x - g % cells)) * grid[g];
      }
    }
    return mask;
  }

  private static double place(int pixel, int cells, int cell) {
    double place = (pixel + 0.5) * cells / ((cells + 1) * cell) - 0.5;
    return Math.max(0, Math.min(cells - 1, place));
  }
}
