package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Charts;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Charts do not depend on the country of the computer that draws them. */
class ChartLocaleTest {

  private static List<Chart> charts() {
    double[] values = {0.125, 0.5, 2.75};
    return List.of(
        Charts.lines("Loss", "epoch", "loss", Map.of("train", values)),
        Charts.epochs("Loss", "loss", new double[] {1, 2, 3}, Map.of("train", values)));
  }

  private static List<int[]> drawn(Locale locale) {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      return charts().stream().map(Chart::toImage).map(ChartLocaleTest::pixels).toList();
    } finally {
      Locale.setDefault(before);
    }
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void digitsAreTheSameInEveryLocale() {
    List<int[]> root = drawn(Locale.ROOT);
    List<int[]> arabic = drawn(Locale.forLanguageTag("ar-EG"));
    for (int i = 0; i < root.size(); i++) {
      assertThat(arabic.get(i)).isEqualTo(root.get(i));
    }
  }
}
