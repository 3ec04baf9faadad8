package dev.limelight.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ColorBarTest {

  private static ColorBar bar(double min, double max) {
    return new ColorBar(Palette.VIRIDIS, min, max, "logit");
  }

  @Test
  void ticksAreRoundNumbers() {
    ColorBar bar = bar(0, 7.6);
    assertThat(bar.labels(bar.ticks(5))).containsExactly("0", "2", "4", "6");
    ColorBar signed = bar(-0.31, 0.31);
    assertThat(signed.labels(signed.ticks(5))).containsExactly("-0.2", "0.0", "0.2");
    ColorBar tiny = bar(0, 3e-6);
    assertThat(tiny.labels(tiny.ticks(4))).containsExactly("0", "1.0e-06", "2.0e-06", "3.0e-06");
  }

  @Property
  void ticksLieInTheBarAndDiffer(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double min,
      @ForAll @DoubleRange(min = 0.01, max = 1e6) double span,
      @ForAll @IntRange(min = 2, max = 8) int most) {
    ColorBar bar = bar(min, min + span);
    List<Double> ticks = bar.ticks(most);
    assertThat(ticks).hasSizeLessThanOrEqualTo(most);
    assertThat(ticks)
        .allSatisfy(t -> assertThat(t).isBetween(min - span * 1e-6, min + span * (1 + 1e-6)));
    assertThat(new HashSet<>(ticks)).hasSameSizeAs(ticks);
  }

  @Test
  void paintsTheLargestValueAtTheTop() {
    ColorBar bar = bar(0, 1);
    BufferedImage image = Text.canvas(bar.width(400), 400);
    Graphics2D g = Text.brush(image);
    bar.paint(g, 0, 0, 400);
    g.dispose();
    int middle = 12 + 9;
    for (int row : new int[] {1, 100, 370}) {
      assertThat(image.getRGB(middle, 14 + row) & 0xFFFFFF)
          .isEqualTo(Palette.VIRIDIS.color(1 - (row + 0.5f) / 372));
    }
    // nothing is cut off at the right
    for (int y = 0; y < 400; y++) {
      assertThat(image.getRGB(image.getWidth() - 1, y) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    }
  }

  @Test
  void refusesAnEmptyRange() {
    assertThatThrownBy(() -> bar(1, 1)).hasMessageContaining("from 1.0 to 1.0");
    assertThatThrownBy(() -> bar(0, Double.NaN)).hasMessageContaining("NaN");
  }
}
