package dev.limelight.course.data;

import dev.limelight.image.Mask;
import dev.limelight.scene.Ground;
import java.util.Random;

/**
 * A mark that gives a class away without its shape, as a photographer's watermark did for the
 * horses of PASCAL VOC (Lapuschkin et al. 2019, Unmasking Clever Hans predictors): a network learns
 * it instead of the object.
 *
 * @param kind what it looks like
 * @param label the class whose pictures have it
 * @param rate the share of these pictures that do, from 0 to 1
 */
public record Shortcut(Kind kind, String label, double rate) {

  /** What a mark looks like. */
  public enum Kind {
    /** Light strokes in a corner, the same in every picture. */
    WATERMARK {
      @Override
      boolean covers(double x, double y) {
        boolean band = x >= 0.66 && x < 0.96 && y >= 0.84 && y < 0.96;
        double along = (x - 0.66) / 0.3 * 5;
        return band && (along - Math.floor(along) < 0.55 || Math.abs(y - 0.9) < 0.02);
      }
    },
    /** A frame of one tint. */
    BORDER {
      @Override
      boolean covers(double x, double y) {
        return Math.min(Math.min(x, 1 - x), Math.min(y, 1 - y)) < 0.06;
      }
    };

    /** Whether it covers a point of the picture, whose sides are from 0 to 1. */
    abstract boolean covers(double x, double y);
  }

  private static final double STRENGTH = 0.75;

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the rate is no share
   */
  public Shortcut {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "a shortcut is in a share of a class's pictures from 0 to 1, but got " + rate);
    }
  }

  /** A watermark in pictures of a class. */
  public static Shortcut watermark(String label, double rate) {
    return new Shortcut(Kind.WATERMARK, label, rate);
  }

  /** A tinted border around pictures of a class. */
  public static Shortcut border(String label, double rate) {
    return new Shortcut(Kind.BORDER, label, rate);
  }

  /** Whether a picture of the class has it. */
  boolean drawn(Random random) {
    return random.nextDouble() < rate;
  }

  /** Paints it and returns where. */
  Mask paint(int[] rgb, int side) {
    int[] color = kind == Kind.WATERMARK ? new int[] {245, 245, 245} : new int[] {190, 60, 150};
    boolean[] cells = new boolean[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      cells[i] = kind.covers((i % side + 0.5) / side, (i / side + 0.5) / side);
      if (cells[i]) {
        rgb[i] =
            Ground.rgb(
                blend(rgb[i] >> 16 & 255, color[0]),
                blend(rgb[i] >> 8 & 255, color[1]),
                blend(rgb[i] & 255, color[2]));
      }
    }
    return new Mask(side, side, cells);
  }

  private static double blend(int below, int above) {
    return (1 - STRENGTH) * below + STRENGTH * above;
  }
}
