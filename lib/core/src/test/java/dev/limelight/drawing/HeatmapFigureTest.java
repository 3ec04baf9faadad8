package dev.limelight.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.image.Heatmap;
import org.junit.jupiter.api.Test;

class HeatmapFigureTest {

  @Test
  void drawsOneSquareACell() {
    Heatmap map = Heatmap.of(new float[][] {{0, 1}, {2, 4}}, "logit");
    var image =
        HeatmapFigure.builder().setHeatmap(map).optColorBar(false).optSize(50).build().toImage();
    assertThat(image.getWidth()).isEqualTo(100);
    assertThat(image.getHeight()).isEqualTo(100);
    assertThat(image.getRGB(10, 10) & 0xFFFFFF).isEqualTo(Palette.VIRIDIS.color(0));
    assertThat(image.getRGB(49, 49) & 0xFFFFFF).isEqualTo(Palette.VIRIDIS.color(0));
    assertThat(image.getRGB(50, 10) & 0xFFFFFF).isEqualTo(Palette.VIRIDIS.color(0.25f));
    assertThat(image.getRGB(99, 99) & 0xFFFFFF).isEqualTo(Palette.VIRIDIS.color(1));
    Heatmap signed = Heatmap.of(new float[][] {{0, -1}}, "logit");
    var diverging =
        HeatmapFigure.builder().setHeatmap(signed).optColorBar(false).optSize(50).build().toImage();
    assertThat(diverging.getRGB(10, 10) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    assertThat(diverging.getRGB(110, 10) & 0xFFFFFF).isEqualTo(Palette.BLUE_WHITE_RED.color(0));
    assertThat(HeatmapFigure.of(map).toImage().getWidth()).isGreaterThan(400);
    assertThat(HeatmapFigure.of(map).altText())
        .contains("2 x 2 cells", "4.0 logit", "column 2 of row 2");
  }
}
