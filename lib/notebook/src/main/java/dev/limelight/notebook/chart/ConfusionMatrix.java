package dev.limelight.notebook.chart;

import dev.limelight.drawing.Figure;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** A confusion matrix; a darker cell has a larger share of its row. */
final class ConfusionMatrix implements Figure {

  private static final Color INK = new Color(0x24292f);
  private static final Color FULL = new Color(0x08306b);
  private static final int CELL_WIDTH = 84;
  private static final int CELL_HEIGHT = 54;
  private static final int PAD = 10;
  private static final int LINE = 22;

  private final String title;
  private final List<String> labels;
  private final int[][] counts;

  ConfusionMatrix(String title, List<String> labels, int[][] counts) {
    this.title = title;
    this.labels = List.copyOf(labels);
    this.counts = new int[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      this.counts[i] = counts[i].clone();
      if (counts[i].length != labels.size() || counts.length != labels.size()) {
        throw new IllegalArgumentException(
            "a confusion matrix of "
                + labels.size()
                + " classes needs as many rows and columns, not "
                + counts.length
                + " by "
                + counts[i].length);
      }
    }
  }

  @Override
  public BufferedImage toImage() {
    Font plain = Charts.font(Font.PLAIN, 13);
    Font bold = Charts.font(Font.BOLD, 15);
    int widestLabel = 0;
    int titleWidth;
    Graphics2D ruler = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      FontMetrics metrics = ruler.getFontMetrics(plain);
      for (String label : labels) {
        widestLabel = Math.max(widestLabel, metrics.stringWidth("predicted " + label));
      }
      titleWidth = ruler.getFontMetrics(bold).stringWidth(title);
    } finally {
      ruler.dispose();
    }
    int cell = Math.max(CELL_WIDTH, widestLabel + PAD);
    int left = PAD + widestLabel + PAD;
    int top = PAD + LINE + LINE + 4;
    int width = Math.max(left + labels.size() * cell, PAD + titleWidth) + PAD;
    int height = top + labels.size() * CELL_HEIGHT + PAD;

    BufferedImage image = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.scale(2, 2);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      graphics.setColor(INK);
      graphics.setFont(bold);
      graphics.drawString(title, PAD, PAD + 14);
      graphics.setFont(plain);
      for (int row = 0; row < labels.size(); row++) {
        paintRow(graphics, plain, row, left, top, cell);
      }
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private void paintRow(Graphics2D graphics, Font plain, int row, int left, int top, int cell) {
    int y = top + row * CELL_HEIGHT;
    graphics.setColor(INK);
    graphics.drawString("true " + labels.get(row), PAD, y + CELL_HEIGHT / 2 + 5);
    centred(graphics, "predicted " + labels.get(row), left + row * cell + cell / 2, top - 8);
    int total = Math.max(1, total(row));
    for (int column = 0; column < labels.size(); column++) {
      double share = (double) counts[row][column] / total;
      int x = left + column * cell;
      graphics.setColor(mix(share));
      graphics.fillRect(x, y, cell, CELL_HEIGHT);
      graphics.setColor(new Color(0xc9d1d9));
      graphics.setStroke(new BasicStroke(1));
      graphics.drawRect(x, y, cell, CELL_HEIGHT);
      graphics.setColor(share > 0.5 ? Color.WHITE : INK);
      graphics.setFont(Charts.font(row == column ? Font.BOLD : Font.PLAIN, 16));
      centred(graphics, String.valueOf(counts[row][column]), x + cell / 2, y + CELL_HEIGHT / 2 + 6);
      graphics.setFont(plain);
    }
  }

  @Override
  public String altText() {
    StringBuilder alt = new StringBuilder("Confusion matrix: ").append(title).append('.');
    for (int row = 0; row < labels.size(); row++) {
      alt.append(" Of ").append(total(row)).append(' ').append(labels.get(row)).append(',');
      for (int column = 0; column < labels.size(); column++) {
        alt.append(column == 0 ? " " : ", ").append(counts[row][column]).append(" were predicted ");
        alt.append(labels.get(column));
      }
      alt.append('.');
    }
    return alt.toString();
  }

  private int total(int row) {
    int total = 0;
    for (int count : counts[row]) {
      total += count;
    }
    return total;
  }

  private static void centred(Graphics2D graphics, String text, int x, int y) {
    graphics.drawString(text, x - graphics.getFontMetrics().stringWidth(text) / 2, y);
  }

  private static Color mix(double share) {
    return new Color(
        (int) Math.round(255 + share * (FULL.getRed() - 255)),
        (int) Math.round(255 + share * (FULL.getGreen() - 255)),
        (int) Math.round(255 + share * (FULL.getBlue() - 255)));
  }
}
