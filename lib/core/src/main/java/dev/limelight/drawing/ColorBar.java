package dev.limelight.drawing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A vertical bar of colours with ticks at round numbers, and their unit.
 *
 * @param palette the colours, the first one at the bottom
 * @param min the number at the bottom
 * @param max the number at the top
 * @param unit what the numbers mean; may be empty
 */
record ColorBar(Palette palette, double min, double max, String unit) {

  private static final int BAR = 9 * Text.SCALE;
  private static final int TICK = 3 * Text.SCALE;
  private static final int GAP = 3 * Text.SCALE;
  private static final int PAD = 7 * Text.SCALE;

  /** Checks. */
  ColorBar {
    if (!(min < max) || Double.isInfinite(max - min)) {
      throw new IllegalArgumentException(
          "a colour bar runs from a smaller to a larger finite number, not from "
              + min
              + " to "
              + max);
    }
  }

  /** At most so many round numbers in the bar's range: multiples of 1, 2 or 5 times 10^n. */
  List<Double> ticks(int limit) {
    double step = Math.pow(10, Math.floor(Math.log10((max - min) / Math.max(1, limit))));
    double[] factors = {1, 2, 5, 10, 20, 50, 100};
    List<Double> ticks = new ArrayList<>();
    for (double factor : factors) {
      ticks = multiples(step * factor);
      if (ticks.size() <= limit) {
        break;
      }
    }
    return ticks;
  }

  private List<Double> multiples(double step) {
    double tolerance = 1e-9;
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(min / step - tolerance);
    long last = (long) Math.floor(max / step + tolerance);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** The labels of the ticks, all with the same number of decimals. */
  List<String> labels(List<Double> ticks) {
    double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : max - min;
    double magnitude = Math.max(Math.abs(min), Math.abs(max));
    boolean scientific = magnitude >= 1e5 || magnitude < 1e-3;
    int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-6));
    return ticks.stream()
        .map(
            t ->
                scientific && t == 0
                    ? "0"
                    : String.format(Locale.ROOT, scientific ? "%.1e" : "%." + digits + "f", t))
        .toList();
  }

  /** The width of the bar with its left margin, in stored pixels. */
  int width(int height) {
    int widest =
        labels(ticks(maxTicks(height))).stream()
            .mapToInt(label -> Text.width(label, Text.SMALL))
            .max()
            .orElse(0);
    int label = unit.isEmpty() ? 0 : GAP + Text.lineHeight(Text.SMALL);
    return 2 * GAP + BAR + TICK + GAP + widest + label;
  }

  private static int maxTicks(int height) {
    return Math.max(2, Math.min(6, height / (28 * Text.SCALE)));
  }

  /** Paints the bar with its left margin from x to the right, and from y downwards. */
  void paint(Graphics2D g, int x, int y, int height) {
    int left = x + 2 * GAP;
    int top = y + PAD;
    int length = Math.max(1, height - 2 * PAD);
    BufferedImage colors = new BufferedImage(1, length, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < length; i++) {
      colors.setRGB(0, i, palette.color(1 - (i + 0.5f) / length));
    }
    g.drawImage(colors, left, top, BAR, length, null);
    g.setColor(new Color(0x777777));
    g.setStroke(new BasicStroke(1));
    g.drawRect(left, top, BAR, length);
    List<Double> ticks = ticks(maxTicks(height));
    List<String> labels = labels(ticks);
    g.setFont(Text.SMALL);
    int widest = 0;
    for (int i = 0; i < ticks.size(); i++) {
      int tickY = top + (int) Math.round(length * (1 - (ticks.get(i) - min) / (max - min)));
      g.setColor(new Color(0x777777));
      g.drawLine(left + BAR, tickY, left + BAR + TICK, tickY);
      g.setColor(Text.INK);
      int baseline = tickY + Math.round(Text.SMALL.getSize2D() * 0.36f);
      g.drawString(labels.get(i), left + BAR + TICK + GAP, baseline);
      widest = Math.max(widest, Text.width(labels.get(i), Text.SMALL));
    }
    paintUnit(g, left + BAR + TICK + GAP + widest + GAP, y, height);
  }

  private void paintUnit(Graphics2D g, int x, int y, int height) {
    if (unit.isEmpty()) {
      return;
    }
    int length = Text.width(unit, Text.SMALL);
    double shrink = Math.min(1, (double) height / length);
    AffineTransform before = g.getTransform();
    g.translate(x + Text.SMALL.getSize2D(), y + (height + length * shrink) / 2);
    g.rotate(-Math.PI / 2);
    g.scale(shrink, shrink);
    g.drawString(unit, 0, 0);
    g.setTransform(before);
  }
}
