package dev.limelight.scene;

import java.util.Arrays;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The shapes of the generated scenes, each inside of a circle of its radius. */
@API(status = Status.INTERNAL)
public enum Outline {
  CIRCLE {
    @Override
    boolean contains(double x, double y) {
      return Math.hypot(x, y) <= 0.9;
    }
  },
  SQUARE {
    @Override
    boolean contains(double x, double y) {
      return Math.max(Math.abs(x), Math.abs(y)) <= 0.7;
    }
  },
  TRIANGLE {
    @Override
    boolean contains(double x, double y) {
      double slope = Math.sqrt(3) / 2;
      return y <= 0.5 && slope * x - 0.5 * y <= 0.5 && -slope * x - 0.5 * y <= 0.5;
    }
  },
  CROSS {
    @Override
    boolean contains(double x, double y) {
      double a = Math.abs(x);
      double b = Math.abs(y);
      return Math.max(a, b) <= 0.92 && Math.min(a, b) <= 0.3;
    }
  };

  /** Whether a point is inside, for a radius of 1 around (0, 0). */
  abstract boolean contains(double x, double y);

  /** Its name as a class. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The shape of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Outline named(String name) {
    for (Outline outline : values()) {
      if (outline.label().equals(name)) {
        return outline;
      }
    }
    throw new IllegalArgumentException(
        "no shape '"
            + name
            + "'; there are "
            + String.join(", ", Arrays.stream(values()).map(Outline::label).toList()));
  }

  /** The pixels whose middle is inside of the shape; the turn is a share of a full circle. */
  public boolean[] cells(int side, double centreX, double centreY, double radius, double turn) {
    double cos = Math.cos(2 * Math.PI * turn);
    double sin = Math.sin(2 * Math.PI * turn);
    boolean[] cells = new boolean[side * side];
    for (int i = 0; i < cells.length; i++) {
      double x = (i % side + 0.5 - centreX) / radius;
      double y = (i / side + 0.5 - centreY) / radius;
      cells[i] = contains(cos * x + sin * y, cos * y - sin * x);
    }
    return cells;
  }
}
