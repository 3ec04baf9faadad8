package dev.limelight.notebook.chart;

import dev.limelight.drawing.Figure;
import dev.limelight.randomisation.RandomisationCascade;
import dev.limelight.watch.EpochCourse;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * The charts of the notebooks, in one style: white background, one font, and lines that can be
 * distinguished in a grey print as well.
 */
public final class Charts {

  /** Colours that people with any colour vision can distinguish (Okabe and Ito). */
  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0xe69f00),
          new Color(0x56b4e9));

  private static final List<float[]> DASHES =
      List.of(
          new float[] {},
          new float[] {7, 4},
          new float[] {2, 3},
          new float[] {8, 3, 2, 3},
          new float[] {12, 4},
          new float[] {4, 2});

  private static final Color INK = new Color(0x24292f);
  private static final Color GRID = new Color(0xe3e6e8);
  private static final int BAR_HEIGHT = 26;

  /** Includes room for the vertical names of layers. */
  private static final int CASCADE_HEIGHT = 420;

  private static final int LONGEST_NAME = 22;

  private Charts() {}

  /**
   * Lines over the steps 1, 2, 3, ...: loss and accuracy by epoch.
   *
   * @param title the title of the chart
   * @param xLabel the label of the x axis, such as {@code "epoch"}
   * @param yLabel the label of the y axis, with its unit
   * @param series the values of each line by its name, in the order of drawing
   */
  public static Chart lines(
      String title, String xLabel, String yLabel, Map<String, double[]> series) {
    XYSeriesCollection data = new XYSeriesCollection();
    series.forEach(
        (name, values) -> {
          XYSeries line = new XYSeries(name);
          for (int i = 0; i < values.length; i++) {
            line.add(i + 1, values[i]);
          }
          data.addSeries(line);
        });
    JFreeChart chart = ChartFactory.createXYLineChart(title, xLabel, yLabel, data);
    return integers(new Chart(style(chart)));
  }

  /**
   * Lines through points.
   *
   * @param title the title of the chart
   * @param xLabel the label of the x axis, with its unit
   * @param yLabel the label of the y axis, with its unit
   * @param x the x values of the points, the same for every line
   * @param series the y values of each line by its name, as many as there are x values; NaN if the
   *     line has no point there
   */
  public static Chart curves(
      String title, String xLabel, String yLabel, double[] x, Map<String, double[]> series) {
    XYSeriesCollection data = new XYSeriesCollection();
    series.forEach(
        (name, values) -> {
          if (values.length != x.length) {
            throw new IllegalArgumentException(
                "line \""
                    + name
                    + "\" has "
                    + values.length
                    + " values for "
                    + x.length
                    + " x values");
          }
          XYSeries line = new XYSeries(name);
          for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
              line.add(x[i], values[i]);
            }
          }
          data.addSeries(line);
        });
    return new Chart(style(ChartFactory.createXYLineChart(title, xLabel, yLabel, data)));
  }

  /**
   * The course of a training: accuracies and localisation scores, all from 0 to 1.
   *
   * @param title the title of the chart
   * @param course the measurements after each epoch
   * @param names the measurements to draw, such as {@code validation/accuracy}; none for all
   *     accuracies and localisation scores
   */
  public static Chart course(String title, EpochCourse course, String... names) {
    List<String> chosen =
        names.length > 0
            ? List.of(names)
            : course.names().stream()
                .filter(name -> name.endsWith("/accuracy") || name.startsWith("localisation/"))
                .toList();
    Map<String, double[]> lines = new LinkedHashMap<>();
    chosen.forEach(
        name ->
            lines.put(
                name.replace("localisation/", "").replaceAll("[-/]", " "), course.values(name)));
    double[] epochs = course.epochs().stream().mapToDouble(Integer::doubleValue).toArray();
    return epochs(title, "share", epochs, lines);
  }

  /**
   * The similarity of maps to those of the original network while its layers are randomised from
   * the output down, one line per method; 1 for a map that does not change.
   *
   * @param title the title of the chart
   */
  public static Chart cascade(String title, RandomisationCascade cascade) {
    List<RandomisationCascade.Row> steps = cascade.of(cascade.methods().get(0));
    String[] layers = new String[steps.size() + 1];
    double[] positions = new double[layers.length];
    layers[0] = "none";
    for (int i = 1; i < layers.length; i++) {
      layers[i] = end(steps.get(i - 1).layer());
      positions[i] = i;
    }
    Map<String, double[]> lines = new LinkedHashMap<>();
    for (String method : cascade.methods()) {
      double[] values = new double[layers.length];
      values[0] = 1;
      for (int i = 1; i < values.length; i++) {
        values[i] = cascade.of(method).get(i - 1).similarity();
      }
      lines.put(method, values);
    }
    JFreeChart chart =
        curves(
                title,
                "layers that are random: from the last one to this",
                "similarity of maps",
                positions,
                lines)
            .chart();
    SymbolAxis axis = new SymbolAxis(chart.getXYPlot().getDomainAxis().getLabel(), layers);
    axis.setGridBandsVisible(false);
    axis.setVerticalTickLabels(true);
    chart.getXYPlot().setDomainAxis(axis);
    return new Chart(style(chart), Chart.WIDTH, CASCADE_HEIGHT);
  }

  /** A layer path with blocks as numbers; only the end of a long one. */
  private static String end(String path) {
    String layer = path.replaceAll("\\b(\\d+)\\w+\\.", "$1.");
    int first = layer.length() - LONGEST_NAME;
    return first <= 0 ? layer : "…" + layer.substring(first + 1);
  }

  /** Lines over epochs, with integer ticks. */
  public static Chart epochs(
      String title, String unit, double[] epochs, Map<String, double[]> lines) {
    Chart chart = curves(title, "epoch", unit, epochs, lines);
    return integers(chart);
  }

  private static Chart integers(Chart chart) {
    ((NumberAxis) chart.chart().getXYPlot().getDomainAxis())
        .setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
    return chart;
  }

  /**
   * Horizontal bars, so that long names can be read.
   *
   * @param title the title of the chart
   * @param valueLabel the label of the value axis, with its unit
   * @param bars the value of each bar by its name, from the top
   */
  public static Chart bars(String title, String valueLabel, Map<String, ? extends Number> bars) {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    bars.forEach((name, value) -> data.addValue(value, valueLabel, name));
    JFreeChart chart =
        ChartFactory.createBarChart(
            title, null, valueLabel, data, PlotOrientation.HORIZONTAL, false, false, false);
    chart.getCategoryPlot().setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    return new Chart(style(chart), Chart.WIDTH, 110 + BAR_HEIGHT * Math.max(2, bars.size()));
  }

  /**
   * A confusion matrix: a row for each true class, a column for each predicted one.
   *
   * @param title the title of the matrix
   * @param labels the classes
   * @param counts the numbers of pictures, by true and then predicted class
   */
  public static Figure confusion(String title, List<String> labels, int[][] counts) {
    return new ConfusionMatrix(title, labels, counts);
  }

  /** Applies the style of the notebooks to any chart; returns the same chart. */
  public static JFreeChart style(JFreeChart chart) {
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(6, 6, 6, 12));
    if (chart.getTitle() != null) {
      chart.getTitle().setFont(font(Font.BOLD, 15));
      chart.getTitle().setPaint(INK);
      chart.getTitle().setHorizontalAlignment(HorizontalAlignment.LEFT);
    }
    if (chart.getLegend() != null) {
      chart.getLegend().setItemFont(font(Font.PLAIN, 13));
      chart.getLegend().setItemPaint(INK);
      chart.getLegend().setFrame(org.jfree.chart.block.BlockBorder.NONE);
      chart.getLegend().setVisible(chart.getPlot().getLegendItems().getItemCount() > 1);
    }
    chart.getPlot().setBackgroundPaint(Color.WHITE);
    chart.getPlot().setOutlineVisible(false);
    if (chart.getPlot() instanceof XYPlot plot) {
      styleLines(plot);
    } else if (chart.getPlot() instanceof CategoryPlot plot) {
      styleBars(plot);
    }
    return chart;
  }

  /** The font of all charts: DejaVu Sans if installed. */
  static Font font(int style, int size) {
    return new Font(Fonts.NAME, style, size);
  }

  private static void styleLines(XYPlot plot) {
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    styleAxis(plot.getDomainAxis());
    styleAxis(plot.getRangeAxis());
    if (plot.getRangeAxis() instanceof NumberAxis range) {
      range.setAutoRangeIncludesZero(false);
    }
    XYLineAndShapeRenderer lines = new XYLineAndShapeRenderer(true, false);
    int series = plot.getDataset() == null ? 0 : plot.getDataset().getSeriesCount();
    for (int i = 0; i < series; i++) {
      lines.setSeriesPaint(i, COLORS.get(i % COLORS.size()));
      lines.setSeriesStroke(i, stroke(i));
      lines.setSeriesShapesVisible(i, plot.getDataset().getItemCount(i) <= 12);
    }
    lines.setDrawSeriesLineAsPath(true);
    plot.setRenderer(lines);
  }

  private static BasicStroke stroke(int series) {
    float[] dashes = DASHES.get(series % DASHES.size());
    return dashes.length == 0
        ? new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        : new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0);
  }

  private static void styleBars(CategoryPlot plot) {
    plot.setRangeGridlinePaint(GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    styleAxis(plot.getDomainAxis());
    styleAxis(plot.getRangeAxis());
    plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(0.6f);
    BarRenderer bars = new BarRenderer();
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setMaximumBarWidth(0.2);
    for (int i = 0; i < COLORS.size(); i++) {
      bars.setSeriesPaint(i, COLORS.get(i));
    }
    plot.setRenderer(bars);
  }

  private static void styleAxis(Axis axis) {
    if (axis != null) {
      axis.setLabelFont(font(Font.PLAIN, 13));
      axis.setTickLabelFont(font(Font.PLAIN, 12));
      axis.setLabelPaint(INK);
      axis.setTickLabelPaint(INK);
      axis.setAxisLinePaint(INK);
      axis.setTickMarkPaint(INK);
    }
    if (axis instanceof NumberAxis numbers && !(axis instanceof SymbolAxis)) {
      // In the same digits everywhere, as the numbers beside the chart.
      numbers.setStandardTickUnits(new EvenTicks());
    }
  }

  private static final class Fonts {
    static final String NAME =
        Arrays.asList(
                    GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames())
                .contains("DejaVu Sans")
            ? "DejaVu Sans"
            : Font.SANS_SERIF;
  }
}
