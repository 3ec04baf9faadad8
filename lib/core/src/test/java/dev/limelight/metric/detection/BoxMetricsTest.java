package dev.limelight.metric.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.detection.Box;
import dev.limelight.image.Heatmap;
import dev.limelight.metric.Imputer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The metrics of boxes on maps whose answer is known. */
class BoxMetricsTest {

  private static final Box OWN = new Box(1, 2, 5, 6);
  private static final List<Box> OTHERS = List.of(new Box(4, 4, 8, 8), new Box(5.6, 0, 8, 2));

  private static Explanation explained(int side, float... values) {
    return Explained.of(new Heatmap(side, side, values, "score"), 8, 8, 0.5);
  }

  /** Four by four cells of two pixels with values in some of them. */
  private static Explanation cells(float value, int... cells) {
    float[] values = new float[16];
    for (int cell : cells) {
      values[cell] = value;
    }
    return explained(4, values);
  }

  @Test
  void thePeakIsInTheBoxInAnotherOrNowhere() {
    // The middle of cell 5 is at (3, 3), of cell 14 at (5, 7), of cell 3 at (7, 1), of 12 at (1,
    // 7).
    assertThat(BoxPointingGame.of(cells(2, 5), OWN, OTHERS)).isEqualTo(new BoxPointingGame(1, 0));
    assertThat(BoxPointingGame.of(cells(2, 14), OWN, OTHERS)).isEqualTo(new BoxPointingGame(0, 1));
    assertThat(BoxPointingGame.of(cells(2, 3), OWN, OTHERS)).isEqualTo(new BoxPointingGame(0, 1));
    assertThat(BoxPointingGame.of(cells(2, 12), OWN, OTHERS)).isEqualTo(new BoxPointingGame(0, 0));
    assertThat(BoxPointingGame.of(cells(2, 12), OWN, List.of()))
        .isEqualTo(new BoxPointingGame(0, 0));
  }

  @Test
  void equalPeaksCountInEqualPartsAndThoseInBothBoxesAsOwn() {
    assertThat(BoxPointingGame.of(cells(2, 5, 14, 3, 12), OWN, OTHERS))
        .isEqualTo(new BoxPointingGame(0.25, 0.5));
    float[] shared = new float[64];
    shared[4 * 8 + 4] = 1;
    assertThat(BoxPointingGame.of(explained(8, shared), OWN, OTHERS))
        .isEqualTo(new BoxPointingGame(1, 0));
  }

  @Test
  void energyIsTheShareOfThePositiveValuesWhosePixelsAreInABox() {
    Random random = new Random(4);
    float[] values = new float[64];
    double all = 0;
    double own = 0;
    double others = 0;
    for (int i = 0; i < 64; i++) {
      values[i] = (float) random.nextGaussian();
      double positive = Math.max(0, values[i]);
      int x = i % 8;
      int y = i / 8;
      boolean inOwn = x >= 1 && x < 5 && y >= 2 && y < 6;
      // The centre of column 5 is left of 5.6, those of 6 and 7 are not.
      boolean inOthers = x >= 4 && y >= 4 || x >= 6 && y < 2;
      all += positive;
      own += inOwn ? positive : 0;
      others += inOthers && !inOwn ? positive : 0;
    }
    BoxEnergy energy = BoxEnergy.of(explained(8, values), OWN, OTHERS);
    assertThat(energy.own()).isCloseTo(own / all, within(1e-6));
    assertThat(energy.others()).isCloseTo(others / all, within(1e-6));
  }

  @Test
  void mapsWithoutAPositiveValueHaveNoNumber() {
    for (float value : new float[] {0, -1}) {
      Explanation blank = cells(value, 0, 1);
      assertThat(BoxPointingGame.of(blank, OWN, OTHERS).own()).isNaN();
      assertThat(BoxPointingGame.of(blank, OWN, OTHERS).others()).isNaN();
      assertThat(BoxEnergy.of(blank, OWN, OTHERS).own()).isNaN();
      assertThat(BoxEnergy.of(blank, OWN, OTHERS).others()).isNaN();
    }
  }

  @Test
  void deletionTakesAStep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BoxDeletion(0, Imputer.ZERO))
        .withMessageContaining("at least one step, but got 0");
  }
}
