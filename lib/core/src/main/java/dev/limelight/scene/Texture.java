package dev.limelight.scene;

import java.util.Random;

/** A pattern of numbers from 0 to 1 on the plane. */
interface Texture {

  /** The number at a pixel. */
  double at(int x, int y);

  /** Clouds, stripes or a checkerboard. */
  static Texture random(int side, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> clouds(side, random);
      case 1 -> stripes(side, random);
      default -> checker(side, random);
    };
  }

  private static Texture clouds(int side, Random random) {
    int cells = 4 + random.nextInt(5);
    double[] grid = random.doubles((cells + 1L) * (cells + 1L)).toArray();
    return (px, py) -> {
      double x = (px + 0.5) * cells / side;
      double y = (py + 0.5) * cells / side;
      int left = Math.min(cells - 1, (int) x);
      int top = Math.min(cells - 1, (int) y);
      double u = ease(x - left);
      double v = ease(y - top);
      int at = top * (cells + 1) + left;
      double above = grid[at] * (1 - u) + grid[at + 1] * u;
      double below = grid[at + cells + 1] * (1 - u) + grid[at + cells + 2] * u;
      return above * (1 - v) + below * v;
    };
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }

  private static Texture stripes(int side, Random random) {
    double angle = random.nextDouble() * Math.PI;
    double period = side * Ground.uniform(random, 0.08, 0.25);
    double phase = random.nextDouble();
    double x = Math.cos(angle) / period;
    double y = Math.sin(angle) / period;
    return (px, py) -> 0.5 + 0.5 * Math.sin(2 * Math.PI * (px * x + py * y + phase));
  }

  private static Texture checker(int side, Random random) {
    double size = side * Ground.uniform(random, 0.07, 0.2);
    double angle = random.nextDouble() * Math.PI;
    double cos = Math.cos(angle) / size;
    double sin = Math.sin(angle) / size;
    return (px, py) -> {
      long column = (long) Math.floor(px * cos + py * sin);
      long row = (long) Math.floor(py * cos - px * sin);
      return Math.floorMod(column + row, 2);
    };
  }
}
