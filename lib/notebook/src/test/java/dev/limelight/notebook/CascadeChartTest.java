package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Charts;
import dev.limelight.randomisation.RandomisationCascade;
import dev.limelight.randomisation.RandomisationCascade.Row;
import java.util.List;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.junit.jupiter.api.Test;

class CascadeChartTest {

  private static final RandomisationCascade CASCADE =
      new RandomisationCascade(
          List.of(
              new Row("grad-cam", 1, "fc", -0.1, 0.6),
              new Row("grad-cam", 10, "layer2.conv2", 0.05, 0.3),
              new Row("grad-cam", 19, "01SequentialBlock.02SequentialBlock.01Conv2d", 0, 0.1),
              new Row("guided-backprop", 1, "fc", 0.93, 0.85),
              new Row("guided-backprop", 10, "layer2.conv2", 0.75, 0.5),
              new Row(
                  "guided-backprop",
                  19,
                  "01SequentialBlock.02SequentialBlock.01Conv2d",
                  0.25,
                  0.2)),
          19,
          6,
          0);

  @Test
  void eachMethodIsALineFromTheNetworkAsItIs() {
    Chart chart = Charts.cascade("Does it see the network?", CASCADE);
    XYPlot plot = chart.chart().getXYPlot();
    assertThat(((SymbolAxis) plot.getDomainAxis()).getSymbols())
        .containsExactly("none", "fc", "layer2.conv2", "01.02.01Conv2d");
    assertThat(plot.getDataset().getSeriesCount()).isEqualTo(2);
    assertThat(plot.getDataset().getYValue(0, 0)).isEqualTo(1);
    assertThat(plot.getDataset().getYValue(0, 1)).isEqualTo(-0.1);
    assertThat(plot.getDataset().getYValue(1, 3)).isEqualTo(0.25);
    assertThat(chart.toImage().getWidth()).isEqualTo(2 * Chart.WIDTH);
    assertThat(chart.altText())
        .startsWith(
            "Chart: Does it see the network? similarity of maps by layers that are random: from the"
                + " last one to this.")
        .contains("grad-cam", "guided-backprop");
  }
}
