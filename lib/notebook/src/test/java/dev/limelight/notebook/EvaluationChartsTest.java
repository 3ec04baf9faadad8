package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.evaluation.Evaluation;
import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.EvaluationCharts;
import java.awt.Color;
import java.awt.image.BufferedImage;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.junit.jupiter.api.Test;

class EvaluationChartsTest {

  private final Evaluation evaluation = Measured.at("layer4");

  @Test
  void theBestIsOnTopWithItsIntervalAndControlsAreGrey() {
    Chart chart = EvaluationCharts.ranking(evaluation, "pointing-game");

    XYPlot plot = chart.chart().getXYPlot();
    assertThat(((SymbolAxis) plot.getRangeAxis()).getSymbols())
        .containsExactly("random-cam", "grad-cam", "score-cam");
    XYIntervalSeriesCollection data = (XYIntervalSeriesCollection) plot.getDataset();
    assertThat(data.getXValue(0, 0)).isEqualTo(0.75);
    assertThat(data.getStartXValue(0, 0)).isBetween(0.3, 0.74);
    assertThat(data.getEndXValue(0, 0)).isBetween(0.76, 1.0);
    assertThat(data.getXValue(1, 0)).isEqualTo(0.25);
    assertThat(plot.getRenderer().getSeriesPaint(1)).isNotEqualTo(Color.BLACK);
    Color control = (Color) plot.getRenderer().getSeriesPaint(1);
    assertThat(control.getRed()).isEqualTo(control.getGreen()).isEqualTo(control.getBlue());
    assertThat(chart.altText())
        .startsWith("Chart: pointing-game, higher is better. score-cam 1.000 (0.758 to 1.000), ")
        .contains("grad-cam 0.750 (");
    assertThat(chart.toImage().getWidth()).isEqualTo(2 * Chart.WIDTH);
  }

  @Test
  void ifLowerIsBetterTheLowestIsOnTop() {
    Chart chart = EvaluationCharts.ranking(evaluation, "deletion");

    assertThat(((SymbolAxis) chart.chart().getXYPlot().getRangeAxis()).getSymbols())
        .containsExactly("random-cam", "score-cam", "grad-cam");
    assertThat(chart.chart().getXYPlot().getDomainAxis().getLabel())
        .isEqualTo("mean with its 95 % interval, lower is better");
  }

  @Test
  void layersAreDistinguished() {
    Chart chart = EvaluationCharts.ranking(Measured.at("layer3", "layer4"), "pointing-game");

    assertThat(((SymbolAxis) chart.chart().getXYPlot().getRangeAxis()).getSymbols())
        .hasSize(6)
        .contains("grad-cam at layer3", "grad-cam at layer4");
  }

  @Test
  void curvesGoFromTheFullPictureToNone() {
    Chart chart = EvaluationCharts.curves(evaluation, "deletion", "grad-cam", "random-cam");

    XYPlot plot = chart.chart().getXYPlot();
    assertThat(plot.getDataset().getSeriesCount()).isEqualTo(2);
    assertThat(plot.getDataset().getSeriesKey(1).toString()).isEqualTo("grad-cam");
    assertThat(plot.getDataset().getItemCount(1)).isEqualTo(3);
    assertThat(plot.getDataset().getXValue(1, 1)).isEqualTo(0.5);
    assertThat(plot.getDataset().getYValue(1, 0)).isEqualTo(0.5);
    Color control = (Color) plot.getRenderer().getSeriesPaint(0);
    Color method = (Color) plot.getRenderer().getSeriesPaint(1);
    assertThat(control.getRed()).isEqualTo(control.getBlue());
    assertThat(method.getRed()).isNotEqualTo(method.getBlue());
    assertThat(chart.altText())
        .contains("grad-cam starts at 0.50, ends at 0.00, and the area under it is 0.250");
    Chart all = EvaluationCharts.curves(evaluation, "deletion");
    assertThat(all.chart().getXYPlot().getDataset().getSeriesCount()).isEqualTo(3);
  }

  @Test
  void metricsWithoutACurveAreRefused() {
    assertThatThrownBy(() -> EvaluationCharts.curves(evaluation, "sparseness"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("choose insertion or deletion");
    assertThatThrownBy(() -> EvaluationCharts.curves(evaluation, "deletion", "gradcam"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no method 'gradcam'", "did you mean grad-cam?");
  }

  @Test
  void agreementIsSymmetricWithOnesOnTheDiagonal() {
    Chart chart = EvaluationCharts.agreement(evaluation);

    XYPlot plot = chart.chart().getXYPlot();
    assertThat(((SymbolAxis) plot.getDomainAxis()).getSymbols())
        .containsExactly("pointing-game", "deletion", "sparseness");
    assertThat(plot.getAnnotations()).hasSize(9);
    // Means (.25 .75 1), (-.5 -.25 -.375) and (.4 .6 .5): ranks 1 2 3, 1 3 2 and 1 3 2.
    assertThat(chart.altText())
        .contains(
            "pointing-game and deletion 0.50",
            "pointing-game and sparseness 0.50",
            "deletion and sparseness 1.00");
    BufferedImage image = chart.toImage();
    assertThat(image.getWidth()).isEqualTo(2 * chart.displayWidth());
  }
}
