package dev.limelight.notebook.chart;

import dev.limelight.drawing.Figure;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.xy.XYDataset;
import org.jspecify.annotations.Nullable;

/** A JFreeChart as a figure: drawn at twice its display size, with alternative text. */
public final class Chart implements Figure {

  /** The default width, in CSS pixels. */
  public static final int WIDTH = 480;

  /** The default height, in CSS pixels. */
  public static final int HEIGHT = 300;

  /** The alternative text lists this many bars and counts the others. */
  private static final int MOST_VALUES_IN_WORDS = 12;

  private final JFreeChart chart;
  private final int width;
  private final int height;
  private final @Nullable String words;

  /** Wraps a chart at the default size. */
  public Chart(JFreeChart chart) {
    this(chart, WIDTH, HEIGHT);
  }

  /**
   * Wraps a chart.
   *
   * @param chart the chart
   * @param width the display width, in CSS pixels
   * @param height the display height, in CSS pixels
   */
  public Chart(JFreeChart chart, int width, int height) {
    this(chart, width, height, null);
  }

  private Chart(JFreeChart chart, int width, int height, @Nullable String words) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a chart of " + width + " by " + height + " pixels");
    }
    this.chart = Objects.requireNonNull(chart, "chart");
    this.width = width;
    this.height = height;
    this.words = words;
  }

  /** The same chart with the given alternative text. */
  public Chart described(String altText) {
    return new Chart(chart, width, height, Objects.requireNonNull(altText, "altText"));
  }

  /** The wrapped chart, for further changes. */
  public JFreeChart chart() {
    return chart;
  }

  @Override
  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
      graphics.scale(2, 2);
      chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
    } finally {
      graphics.dispose();
    }
    return image;
  }

  @Override
  public int displayWidth() {
    return width;
  }

  @Override
  public String altText() {
    if (words != null) {
      return words;
    }
    StringBuilder alt = new StringBuilder("Chart");
    if (chart.getTitle() != null && !chart.getTitle().getText().isBlank()) {
      alt.append(": ").append(chart.getTitle().getText());
    }
    alt.append(alt.charAt(alt.length() - 1) == '?' ? "" : ".");
    if (chart.getPlot() instanceof XYPlot plot) {
      if (plot.getRangeAxis() != null && plot.getRangeAxis().getLabel() != null) {
        alt.append(' ').append(plot.getRangeAxis().getLabel());
        if (plot.getDomainAxis() != null && plot.getDomainAxis().getLabel() != null) {
          alt.append(" by ").append(plot.getDomainAxis().getLabel());
        }
        alt.append('.');
      }
      for (int i = 0; i < plot.getDatasetCount(); i++) {
        if (plot.getDataset(i) != null) {
          lines(plot.getDataset(i)).forEach(line -> alt.append(' ').append(line).append('.'));
        }
      }
    } else if (chart.getPlot() instanceof CategoryPlot plot && plot.getDataset() != null) {
      if (plot.getRangeAxis() != null && plot.getRangeAxis().getLabel() != null) {
        alt.append(' ').append(plot.getRangeAxis().getLabel()).append('.');
      }
      alt.append(' ').append(String.join(", ", bars(plot.getDataset()))).append('.');
    }
    return alt.toString();
  }

  private static List<String> lines(XYDataset data) {
    List<String> lines = new ArrayList<>();
    for (int series = 0; series < data.getSeriesCount(); series++) {
      int count = data.getItemCount(series);
      String name = String.valueOf(data.getSeriesKey(series));
      if (count == 0) {
        lines.add(name + " has no points yet");
      } else if (count == 1) {
        lines.add(name + " is " + Numbers.plain(data.getYValue(series, 0)));
      } else {
        lines.add(
            name
                + " goes from "
                + Numbers.plain(data.getYValue(series, 0))
                + " to "
                + Numbers.plain(data.getYValue(series, count - 1))
                + " in "
                + count
                + " points");
      }
    }
    return lines;
  }

  private static List<String> bars(CategoryDataset data) {
    List<String> bars = new ArrayList<>();
    int values = data.getRowCount() * data.getColumnCount();
    for (int column = 0; column < data.getColumnCount(); column++) {
      for (int row = 0; row < data.getRowCount(); row++) {
        Number value = data.getValue(row, column);
        if (value != null && bars.size() < MOST_VALUES_IN_WORDS) {
          String series = data.getRowCount() > 1 ? " (" + data.getRowKey(row) + ")" : "";
          bars.add(data.getColumnKey(column) + series + " " + Numbers.plain(value.doubleValue()));
        }
      }
    }
    if (values > MOST_VALUES_IN_WORDS) {
      bars.add("and " + (values - MOST_VALUES_IN_WORDS) + " more");
    }
    return bars;
  }
}
