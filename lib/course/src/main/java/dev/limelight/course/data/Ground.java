package dev.limelight.course.data;

import java.util.Random;

/** The textured ground of a scene: a pattern between two colours, and a little noise. */
final class Ground {

  private static final int TRIES = 200;

  private final double[] dark;
  private final double[] light;
  private final int[] pixels;

  Ground(int side, Random random) {
    dark = color(random);
    light = color(random);
    Texture texture = Texture.random(side, random);
    pixels = new int[side * side];
    for (int i = 0; i < pixels.length; i++) {
      double t = texture.at(i % side, i / side);
      int noise = random.nextInt(13) - 6;
      pixels[i] =
          rgb(
              dark[0] + t * (light[0] - dark[0]) + noise,
              dark[1] + t * (light[1] - dark[1]) + noise,
              dark[2] + t * (light[2] - dark[2]) + noise);
    }
  }

  /** A copy of the pixels, 0xRRGGBB. */
  int[] pixels() {
    return pixels.clone();
  }

  /** A colour at a distance from all that the pattern is made of, or the farthest one found. */
  double[] farColor(Random random, double distance) {
    double[] best = color(random);
    for (int i = 0; i < TRIES && distance(best) < distance; i++) {
      double[] candidate = color(random);
      if (distance(candidate) > distance(best)) {
        best = candidate;
      }
    }
    return best;
  }

  /** How far a colour is from the line between the ground's two colours. */
  private double distance(double[] color) {
    double along = 0;
    double length = 0;
    for (int i = 0; i < 3; i++) {
      along += (color[i] - dark[i]) * (light[i] - dark[i]);
      length += (light[i] - dark[i]) * (light[i] - dark[i]);
    }
    double t = length == 0 ? 0 : Math.max(0, Math.min(1, along / length));
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double off = color[i] - dark[i] - t * (light[i] - dark[i]);
      sum += off * off;
    }
    return Math.sqrt(sum);
  }

  private static double[] color(Random random) {
    return new double[] {random.nextInt(256), random.nextInt(256), random.nextInt(256)};
  }

  static int rgb(double r, double g, double b) {
    return clamp(r) << 16 | clamp(g) << 8 | clamp(b);
  }

  private static int clamp(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
