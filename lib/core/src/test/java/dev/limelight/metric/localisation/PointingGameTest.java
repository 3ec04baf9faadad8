package dev.limelight.metric.localisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PointingGameTest {

  private static Mask disc(double centreX, double centreY, double radius, int size) {
    boolean[] cells = new boolean[size * size];
    for (int i = 0; i < cells.length; i++) {
      double x = i % size + 0.5 - centreX;
      double y = i / size + 0.5 - centreY;
      cells[i] = Math.hypot(x, y) <= radius;
    }
    return new Mask(size, size, cells);
  }

  private static Explanation lit(int side, int cell, int size) {
    float[] values = new float[side * side];
    values[cell] = 1;
    return Explained.of(new Heatmap(side, side, values, "logit"), size, size, 0.5);
  }

  /** The first row and column too, where enlarging makes a plateau up to the border. */
  @Test
  void everyLitCellHitsADiscAtItsCentre() {
    for (int cell = 0; cell < 49; cell++) {
      Mask disc = disc((cell % 7 + 0.5) * 32, (cell / 7 + 0.5) * 32, 4, 224);
      assertThat(new PointingGame(0).of(lit(7, cell, 224), disc)).as("cell %d", cell).isEqualTo(1);
    }
  }

  /** The same point by a coarse map and by one of the pixels: one rule for both. */
  @Test
  void theToleranceIsInPixelsWhateverTheMapsSize() {
    Mask disc = disc(112, 112, 4, 224);
    // The centre of the middle cell is (112, 112); that of its left neighbour 32 pixels away.
    assertThat(new PointingGame().of(lit(7, 24, 224), disc)).isEqualTo(1);
    assertThat(new PointingGame().of(lit(7, 23, 224), disc)).isZero();
    for (int away = 4; away < 30; away++) {
      Explanation fine = lit(224, 112 * 224 + 112 - away, 224);
      boolean near = away - 4 <= 15;
      assertThat(new PointingGame().of(fine, disc)).as("%d pixels", away).isEqualTo(near ? 1 : 0);
    }
  }

  @Test
  void theToleranceGrowsWithThePicture() {
    Mask large = disc(224, 224, 8, 448);
    for (int away : new int[] {20, 37, 40, 60}) {
      Explanation fine = lit(448, 224 * 448 + 224 - away, 448);
      boolean near = away - 8 <= 30;
      assertThat(new PointingGame().of(fine, large)).as("%d pixels", away).isEqualTo(near ? 1 : 0);
    }
  }

  @Test
  void equalMaximaCountInEqualParts() {
    float[] values = new float[49];
    values[0] = values[3] = values[45] = values[48] = 2;
    Explanation four = Explained.of(new Heatmap(7, 7, values, "logit"), 224, 224, 0.5);
    assertThat(new PointingGame(0).of(four, disc(208, 208, 4, 224))).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void aMapThatIsTheSameEverywherePointsNowhere() {
    float[] values = new float[49];
    Arrays.fill(values, 3);
    Explanation constant = Explained.of(new Heatmap(7, 7, values, "logit"), 224, 224, 0.5);
    Mask disc = disc(16, 16, 4, 224);
    assertThat(new PointingGame().of(constant, disc)).isNaN();
    assertThat(new PointingGame().measured(constant, disc).support().reason())
        .isEqualTo("the map is the same everywhere, 3.0 logit");
  }
}
