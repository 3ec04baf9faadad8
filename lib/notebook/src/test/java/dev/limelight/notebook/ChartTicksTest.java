package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Charts;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.axis.TickUnit;
import org.jfree.chart.axis.TickUnitSource;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleEdge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers at the axes of a chart. */
class ChartTicksTest {

  private static XYPlot plot(double largest) {
    Chart chart =
        Charts.curves(
            "A", "x", "y", new double[] {0, 1}, Map.of("line", new double[] {0, largest}));
    chart.toImage();
    return chart.chart().getXYPlot();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.003, 0.07, 0.83, 1, 1.5, 7, 33, 250, 4100, 2e6})
  void allHaveTheSameDecimals(double largest) {
    XYPlot plot = plot(largest);
    List<?> all =
        plot.getRangeAxis()
            .refreshTicks(
                new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB).createGraphics(),
                new AxisState(),
                new Rectangle2D.Double(0, 0, 400, 300),
                RectangleEdge.LEFT);
    List<NumberTick> ticks =
        all.stream()
            .map(NumberTick.class::cast)
            .filter(tick -> tick.getTickType() == TickType.MAJOR)
            .toList();
    List<Integer> decimals =
        ticks.stream()
            .map(NumberTick::getText)
            .map(text -> text.contains(".") ? text.length() - text.indexOf('.') : 0)
            .distinct()
            .toList();
    assertThat(ticks).hasSizeGreaterThan(2);
    assertThat(decimals).hasSize(1);
    List<Double> read =
        ticks.stream().map(tick -> Double.valueOf(tick.getText().replace(",", ""))).toList();
    List<Double> values = ticks.stream().map(NumberTick::getValue).toList();
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i)).isCloseTo(values.get(i), org.assertj.core.data.Offset.offset(1e-9));
    }
  }

  @Test
  void aLargerUnitIsLarger() {
    TickUnitSource source = plot(1).getRangeAxis().getStandardTickUnits();
    TickUnit unit = source.getCeilingTickUnit(0.2);
    for (int i = 0; i < 6; i++) {
      TickUnit larger = source.getLargerTickUnit(unit);
      assertThat(larger.getSize()).isGreaterThan(unit.getSize());
      unit = larger;
    }
  }
}
