package dev.limelight.notebook.chart;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.NumberTickUnitSource;
import org.jfree.chart.axis.TickUnit;
import org.jfree.chart.axis.TickUnitSource;

/** The usual ticks of an axis, all with as many decimals as their distance has, in any locale. */
final class EvenTicks implements TickUnitSource {

  /** Below it, decimals would be mostly zeros. */
  private static final double SMALLEST = 1e-6;

  private final NumberTickUnitSource sizes = new NumberTickUnitSource();

  @Override
  public TickUnit getLargerTickUnit(TickUnit unit) {
    return even(sizes.getLargerTickUnit(sizes.getCeilingTickUnit(unit.getSize())));
  }

  @Override
  public TickUnit getCeilingTickUnit(TickUnit unit) {
    return getCeilingTickUnit(unit.getSize());
  }

  @Override
  public TickUnit getCeilingTickUnit(double size) {
    return even(sizes.getCeilingTickUnit(size));
  }

  private static TickUnit even(TickUnit unit) {
    return new NumberTickUnit(unit.getSize(), format(unit.getSize()), unit.getMinorTickCount());
  }

  private static DecimalFormat format(double distance) {
    DecimalFormatSymbols digits = DecimalFormatSymbols.getInstance(Locale.ROOT);
    if (distance < SMALLEST) {
      return new DecimalFormat("0.0E0", digits);
    }
    int decimals = Math.max(0, BigDecimal.valueOf(distance).stripTrailingZeros().scale());
    DecimalFormat format = new DecimalFormat("#,##0", digits);
    format.setMinimumFractionDigits(decimals);
    format.setMaximumFractionDigits(decimals);
    return format;
  }
}
