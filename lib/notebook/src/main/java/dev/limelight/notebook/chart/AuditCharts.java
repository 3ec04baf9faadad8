package dev.limelight.notebook.chart;

import dev.limelight.audit.Audit;
import dev.limelight.audit.Cluster;
import dev.limelight.drawing.Figure;
import dev.limelight.drawing.Gallery;
import dev.limelight.drawing.HeatmapFigure;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.data.category.DefaultCategoryDataset;

/** Audits as charts. */
public final class AuditCharts {

  private static final int MOST = 6;
  private static final int TWO_BARS = 52;
  private static final int MAP_HEIGHT = 150;

  private AuditCharts() {}

  /**
   * Two bars per cluster, the most suspicious on top: the share of pictures of its class that have
   * most of their evidence in the cluster's area, and the share of all others.
   */
  public static Chart clusters(Audit audit) {
    List<Cluster> clusters = audit.clusters().subList(0, Math.min(MOST, audit.clusters().size()));
    DefaultCategoryDataset bars = new DefaultCategoryDataset();
    for (int i = 0; i < clusters.size(); i++) {
      Cluster one = clusters.get(i);
      String cluster =
          String.format(
              Locale.ROOT,
              "%d: %s, %.0f %% of the picture%s",
              i + 1,
              one.label(),
              100 * one.area(),
              one.suspicious() ? " (!)" : "");
      bars.addValue(Math.round(100 * one.shareOfClass()), "taken for this class", cluster);
      if (!Double.isNaN(one.shareOfOthers())) {
        bars.addValue(Math.round(100 * one.shareOfOthers()), "all others", cluster);
      }
    }
    JFreeChart chart =
        ChartFactory.createBarChart(
            "Is a class told by a place?",
            null,
            "pictures that look there, %",
            bars,
            PlotOrientation.HORIZONTAL,
            true,
            false,
            false);
    chart.getCategoryPlot().setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    Charts.style(chart);
    chart.getCategoryPlot().getRangeAxis().setRange(0, 100);
    return new Chart(chart, 600, 130 + TWO_BARS * Math.max(1, clusters.size()));
  }

  /** The mean map of each predicted class. */
  public static Figure meanMaps(Audit audit) {
    return Gallery.of(
            audit.classes().stream()
                .map(
                    one ->
                        HeatmapFigure.builder()
                            .setHeatmap(one.meanMap())
                            .optColorBar(false)
                            .optCaption("taken for " + one.label())
                            .build())
                .toList())
        .columns(Math.min(4, Math.max(1, audit.classes().size())))
        .tileHeight(MAP_HEIGHT);
  }
}
