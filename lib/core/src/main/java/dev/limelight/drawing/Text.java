package dev.limelight.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures, wraps and draws text in the font of all figures, in stored pixels. */
final class Text {

  /** Stored pixels per CSS pixel. */
  static final int SCALE = 2;

  static final Font SMALL = font(Font.PLAIN, 10.5f);
  static final Font NORMAL = font(Font.PLAIN, 12);
  static final Font HEADER = font(Font.BOLD, 12);
  static final Font TITLE = font(Font.BOLD, 15);
  static final Color INK = new Color(0x222222);

  private static final Color QUIET = new Color(0x666666);

  /** Around a caption. */
  private static final int MARGIN = 5 * SCALE;

  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private Text() {}

  private static Font font(int style, float size) {
    boolean dejavu =
        Arrays.asList(
                GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames())
            .contains("DejaVu Sans");
    return new Font(dejavu ? "DejaVu Sans" : Font.SANS_SERIF, style, 1).deriveFont(size * SCALE);
  }

  /** Loads the fonts, and what draws lines and letters. */
  static void prepare() {
    Graphics2D g = brush(canvas(SCALE, SCALE));
    try {
      g.draw(new Line2D.Double(0, 0, SCALE, SCALE));
      draw(g, List.of("a"), NORMAL, 0, 0, SCALE, false);
    } finally {
      g.dispose();
    }
  }

  static int width(String text, Font font) {
    return (int) Math.ceil(font.getStringBounds(text, CONTEXT).getWidth());
  }

  /** The height of a line with its spacing. */
  static int lineHeight(Font font) {
    return Math.round(font.getSize2D() * 1.35f);
  }

  static int height(List<String> lines, Font font) {
    return lines.size() * lineHeight(font);
  }

  /** Breaks text at spaces, and inside words that are wider than a line; keeps line breaks. */
  static List<String> wrap(String text, Font font, int width) {
    List<String> lines = new ArrayList<>();
    if (text.isBlank()) {
      return lines;
    }
    for (String paragraph : text.strip().split("\\R")) {
      String line = "";
      for (String word : paragraph.strip().split("\\s+")) {
        String longer = line.isEmpty() ? word : line + " " + word;
        if (fits(longer, font, width)) {
          line = longer;
          continue;
        }
        if (!line.isEmpty()) {
          lines.add(line);
        }
        int from = 0;
        while (word.length() - from > 1
            && (word.length() - from > width || !fits(word.substring(from), font, width))) {
          int end = from + Math.min(word.length() - from - 1, width);
          while (end > from + 1 && width(word.substring(from, end), font) > width) {
            end--;
          }
          lines.add(word.substring(from, end));
          from = end;
        }
        line = word.substring(from);
      }
      lines.add(line);
    }
    return lines;
  }

  /** Text of more letters than the line has pixels is not measured. */
  private static boolean fits(String text, Font font, int width) {
    return text.length() <= width && width(text, font) <= width;
  }

  /** Draws lines of text, centred in a width or left-aligned; y is their upper edge. */
  static void draw(
      Graphics2D g, List<String> lines, Font font, int x, int y, int width, boolean centred) {
    g.setFont(font);
    g.setColor(INK);
    int baseline = y + Math.round(font.getSize2D() * 1.05f);
    for (String line : lines) {
      int left = centred ? x + (width - width(line, font)) / 2 : x;
      g.drawString(line, left, baseline);
      baseline += lineHeight(font);
    }
  }

  private static void draw(Graphics2D g, List<String> lines, Font font, Color color, int x, int y) {
    g.setFont(font);
    g.setColor(color);
    int baseline = y + Math.round(font.getSize2D() * 1.05f);
    for (String line : lines) {
      g.drawString(line, x, baseline);
      baseline += lineHeight(font);
    }
  }

  /** A white image. */
  static BufferedImage canvas(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, width, height);
    } finally {
      g.dispose();
    }
    return image;
  }

  /** A graphics context with antialiased lines and text; the caller disposes of it. */
  static Graphics2D brush(BufferedImage image) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    return g;
  }

  /**
   * An image with its caption below, wrapped to the image's width; unchanged without caption.
   *
   * @param legend what the marks mean, smaller and below the caption; may be empty
   */
  static BufferedImage below(BufferedImage image, String caption, String legend) {
    int width = Math.max(image.getWidth(), 120 * SCALE);
    int inner = width - 2 * MARGIN;
    List<String> lines = wrap(caption, NORMAL, inner);
    if (lines.isEmpty()) {
      return image;
    }
    List<String> small = wrap(legend, SMALL, inner);
    int top = image.getHeight() + MARGIN;
    int middle = top + height(lines, NORMAL);
    BufferedImage canvas = canvas(width, middle + height(small, SMALL) + MARGIN);
    Graphics2D g = brush(canvas);
    try {
      g.drawImage(image, 0, 0, null);
      draw(g, lines, NORMAL, INK, MARGIN, top);
      draw(g, small, SMALL, QUIET, MARGIN, middle);
    } finally {
      g.dispose();
    }
    return canvas;
  }
}
