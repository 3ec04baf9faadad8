package dev.limelight.notebook.chart;

import dev.limelight.drawing.Palette;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.evaluation.Evaluation.MetricSummary;
import dev.limelight.io.Names;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.MetricInfo;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.DefaultXYZDataset;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/** Evaluations as charts. */
public final class EvaluationCharts {

  private static final Color METHOD = new Color(0x0072b2);
  private static final Color CONTROL = new Color(0x8a8a8a);
  private static final int ROW = 26;
  private static final int CELL = 62;

  private EvaluationCharts() {}

  /** The means by one metric with their 95 % intervals, the best on top; controls are grey. */
  public static Chart ranking(Evaluation evaluation, String metric) {
    List<MetricSummary> ranking =
        new ArrayList<>(
            evaluation.ranking(metric).stream().filter(one -> one.count() > 0).toList());
    Collections.reverse(ranking);
    XYIntervalSeries methods = new XYIntervalSeries("methods");
    XYIntervalSeries controls = new XYIntervalSeries("controls");
    List<String> words = new ArrayList<>();
    for (int i = 0; i < ranking.size(); i++) {
      MetricSummary one = ranking.get(i);
      XYIntervalSeries series = one.contender().control() ? controls : methods;
      double low = one.hasInterval() ? one.low() : one.mean();
      double high = one.hasInterval() ? one.high() : one.mean();
      series.add(one.mean(), low, high, i, i, i);
      words.add(
          0,
          String.format(Locale.ROOT, "%s %.3f", evaluation.name(one.contender()), one.mean())
              + (one.hasInterval()
                  ? String.format(Locale.ROOT, " (%.3f to %.3f)", low, high)
                  : ""));
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    data.addSeries(methods);
    data.addSeries(controls);
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDrawYError(false);
    renderer.setErrorStroke(new BasicStroke(2));
    renderer.setSeriesPaint(0, METHOD);
    renderer.setSeriesPaint(1, CONTROL);
    String better = ranking.isEmpty() || ranking.get(0).higherIsBetter() ? "higher" : "lower";
    String[] names =
        ranking.stream().map(one -> evaluation.name(one.contender())).toArray(String[]::new);
    XYPlot plot =
        new XYPlot(
            data,
            new NumberAxis("mean with its 95 % interval, " + better + " is better"),
            new SymbolAxis(null, names),
            renderer);
    return styled(metric, plot, renderer, Chart.WIDTH, 100 + ROW * Math.max(2, names.length))
        .described("Chart: " + metric + ", " + better + " is better. " + String.join(", ", words));
  }

  /**
   * The mean curves whose area is the metric, such as the probability while pixels are deleted;
   * controls are grey.
   *
   * @param methods the names of the methods; none for all
   * @throws IllegalArgumentException if a method was not measured, or the metric has no curves
   */
  public static Chart curves(Evaluation evaluation, String metric, String... methods) {
    Set<String> missing = new LinkedHashSet<>(List.of(methods));
    List<Boolean> controls = new ArrayList<>();
    Map<String, double[]> lines = new LinkedHashMap<>();
    int steps = 0;
    for (Contender contender : evaluation.contenders()) {
      boolean requested = methods.length == 0 || List.of(methods).contains(contender.method());
      missing.remove(contender.method());
      double[] curve = requested ? evaluation.curve(contender, metric) : new double[0];
      if (curve.length > 0) {
        lines.put(evaluation.name(contender), curve);
        controls.add(contender.control());
        steps = curve.length;
      }
    }
    if (!missing.isEmpty()) {
      String unknown = missing.iterator().next();
      throw new IllegalArgumentException(
          "no method "
              + Names.quoted(unknown)
              + " was measured; "
              + Names.offer(
                  unknown,
                  evaluation.contenders().stream().map(Contender::method).distinct().toList()));
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + metric + "' has no curve; choose insertion or deletion");
    }
    double[] shares = new double[steps];
    for (int i = 0; i < steps; i++) {
      shares[i] = (double) i / (steps - 1);
    }
    Chart chart = Charts.curves(metric, "share of the pixels", "mean probability", shares, lines);
    List<String> words = new ArrayList<>();
    lines.forEach(
        (name, curve) ->
            words.add(
                String.format(
                    Locale.ROOT,
                    "%s starts at %.2f, ends at %.2f, and the area under it is %.3f",
                    name,
                    curve[0],
                    curve[curve.length - 1],
                    Measurement.area(Arrays.stream(curve).boxed().toList()).value())));
    for (int i = 0; i < controls.size(); i++) {
      if (controls.get(i)) {
        chart.chart().getXYPlot().getRenderer().setSeriesPaint(i, CONTROL);
      }
    }
    return chart.described(
        "Chart: "
            + metric
            + ", mean probability by share of the pixels. "
            + String.join("; ", words)
            + ".");
  }

  /** The rank correlation of every two metrics over the methods: 1 the same order, -1 reversed. */
  public static Chart agreement(Evaluation evaluation) {
    List<String> names = evaluation.metrics().stream().map(MetricInfo::name).toList();
    int n = names.size();
    double[][] cells = new double[3][n * n];
    List<String> words = new ArrayList<>();
    XYBlockRenderer renderer = new XYBlockRenderer();
    XYPlot plot =
        new XYPlot(
            null,
            new SymbolAxis(null, names.toArray(String[]::new)),
            new SymbolAxis(null, reversed(names)),
            renderer);
    plot.getDomainAxis().setVerticalTickLabels(true);
    for (int i = 0; i < n * n; i++) {
      int x = i % n;
      int y = i / n;
      double value = evaluation.agreement(names.get(x), names.get(n - 1 - y));
      cells[0][i] = x;
      cells[1][i] = y;
      cells[2][i] = value;
      if (!Double.isNaN(value)) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        XYTextAnnotation number = new XYTextAnnotation(text, x, y);
        number.setFont(Charts.font(Font.PLAIN, 13));
        number.setPaint(Math.abs(value) > 0.55 ? Color.WHITE : Color.BLACK);
        plot.addAnnotation(number);
        if (x < n - 1 - y) {
          words.add(names.get(x) + " and " + names.get(n - 1 - y) + " " + text);
        }
      }
    }
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries("agreement", cells);
    plot.setDataset(data);
    renderer.setPaintScale(new Diverging());
    return styled("Do the metrics agree?", plot, renderer, 190 + CELL * n, 170 + CELL * n * 2 / 3)
        .described("Rank agreement of metrics from -1 to 1: " + String.join(", ", words) + ".");
  }

  private static String[] reversed(List<String> names) {
    List<String> reversed = new ArrayList<>(names);
    Collections.reverse(reversed);
    return reversed.toArray(String[]::new);
  }

  private static Chart styled(
      String title,
      XYPlot plot,
      org.jfree.chart.renderer.xy.XYItemRenderer renderer,
      int width,
      int height) {
    JFreeChart chart = Charts.style(new JFreeChart(title, plot));
    plot.setRenderer(renderer);
    chart.getLegend().setVisible(false);
    return new Chart(chart, width, height);
  }

  /** Blue, white, red for -1, 0, 1. */
  private static final class Diverging implements PaintScale {

    @Override
    public double getLowerBound() {
      return -1;
    }

    @Override
    public double getUpperBound() {
      return 1;
    }

    @Override
    public Paint getPaint(double value) {
      return Double.isNaN(value)
          ? Color.LIGHT_GRAY
          : new Color(Palette.BLUE_WHITE_RED.color((float) (value + 1) / 2));
    }
  }
}
