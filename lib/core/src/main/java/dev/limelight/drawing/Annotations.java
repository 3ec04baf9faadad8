package dev.limelight.drawing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;

/** Lines on a picture. */
final class Annotations {

  private static final float LINE = 1.2f;

  private Annotations() {}

  /** A ring with four arms around a point. */
  static void peak(Graphics2D g, double x, double y) {
    double r = 4.0 * Text.SCALE;
    Path2D cross = new Path2D.Double();
    cross.append(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r), false);
    cross.append(new Line2D.Double(x - 1.7 * r, y, x - 0.4 * r, y), false);
    cross.append(new Line2D.Double(x + 0.4 * r, y, x + 1.7 * r, y), false);
    cross.append(new Line2D.Double(x, y - 1.7 * r, x, y - 0.4 * r), false);
    cross.append(new Line2D.Double(x, y + 0.4 * r, x, y + 1.7 * r), false);
    halo(g, cross);
  }

  /** A white line with a dark edge: visible on every picture and in a grey print. */
  static void halo(Graphics2D g, Shape shape) {
    g.setColor(new Color(0, 0, 0, 170));
    g.setStroke(stroke((LINE + 1.4f) * Text.SCALE));
    g.draw(shape);
    g.setColor(Color.WHITE);
    g.setStroke(stroke(LINE * Text.SCALE));
    g.draw(shape);
  }

  private static BasicStroke stroke(float width) {
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }
}
