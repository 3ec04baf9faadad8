package dev.limelight.notebook;

import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Charts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines that grow while a notebook runs: {@code curves.add("training", loss);
 * live.update(curves);}.
 */
public final class Curves implements Showable {

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final Map<String, List<Double>> lines = new LinkedHashMap<>();

  /**
   * Starts without lines.
   *
   * @param title the title of the chart
   * @param xLabel the label of the x axis, such as {@code "epoch"}
   * @param yLabel the label of the y axis, with its unit
   */
  public Curves(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** Adds the next point of a line; a new name starts a new line. */
  public synchronized Curves add(String line, double value) {
    lines.computeIfAbsent(line, name -> new ArrayList<>()).add(value);
    return this;
  }

  /** The values of a line so far; empty if there is no such line. */
  public synchronized double[] values(String line) {
    return lines.getOrDefault(line, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The chart as it is now. */
  public synchronized Chart chart() {
    Map<String, double[]> series = new LinkedHashMap<>();
    lines.keySet().forEach(name -> series.put(name, values(name)));
    return Charts.lines(title, xLabel, yLabel, series);
  }

  @Override
  public Rendering rendering() {
    return Renderings.of(chart());
  }
}
