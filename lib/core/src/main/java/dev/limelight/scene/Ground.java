package dev.limelight.scene;

import dev.limelight.image.Picture;
import java.util.Random;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** What is behind the objects of a scene: a pattern between two colours and a little noise. */
@API(status = Status.INTERNAL)
public final class Ground {

  private static final int TRIES = 200;

  /** The colours of a shape stay this far, in RGB, from those of the ground. */
  private static final double CONTRAST = 90;

  private final double[] dark;
  private final double[] light;
  private final int[] pixels;

  /** A generated pattern. */
  public Ground(int side, Random random) {
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

  private Ground(int[] pixels, double[] dark, double[] light) {
    this.pixels = pixels;
    this.dark = dark;
    this.light = light;
  }

  /** A photo. Shapes on it stay away from its mean colour. */
  static Ground of(Picture photo) {
    int[] pixels = photo.rgb();
    double[] mean = new double[3];
    for (int rgb : pixels) {
      for (int c = 0; c < 3; c++) {
        mean[c] += (double) (rgb >> 16 - 8 * c & 255) / pixels.length;
      }
    }
    return new Ground(pixels, mean, mean);
  }

  /** The upper left part of a square pattern. */
  Ground cropped(int side, int width, int height) {
    Picture part = Picture.of(side, side, pixels, "").cropped(0, 0, width, height);
    return new Ground(part.rgb(), dark, light);
  }

  /** A copy of the pixels, 0xRRGGBB. */
  public int[] pixels() {
    return pixels.clone();
  }

  /**
   * Paints a shape with a texture whose colours are not those of the ground.
   *
   * @param rgb of the picture, 0xRRGGBB; changed
   * @param side of the square picture
   * @param cells those of the shape
   */
  public void paint(int[] rgb, int side, boolean[] cells, Random random) {
    double[] color = farColor(random);
    Texture texture = Texture.random(side, random);
    for (int i = 0; i < rgb.length; i++) {
      double shade = 18 * (texture.at(i % side, i / side) - 0.5) * 2;
      int noise = random.nextInt(13) - 6;
      if (cells[i]) {
        rgb[i] = rgb(color[0] + shade + noise, color[1] + shade + noise, color[2] + shade + noise);
      }
    }
  }

  /** A colour far from all that the pattern is made of, or the farthest one found. */
  private double[] farColor(Random random) {
    double[] best = color(random);
    for (int i = 0; i < TRIES && distance(best) < CONTRAST; i++) {
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

  /** A number between two others. */
  public static double uniform(Random random, double from, double to) {
    return from + random.nextDouble() * (to - from);
  }

  /** The colour 0xRRGGBB of three values, which are rounded and clamped to 0..255. */
  public static int rgb(double r, double g, double b) {
    return clamp(r) << 16 | clamp(g) << 8 | clamp(b);
  }

  private static int clamp(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
