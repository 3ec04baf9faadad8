package dev.limelight.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.Explained;
import dev.limelight.Explanation;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscriminationTest {

  private static Explanation map(float... values) {
    return Explained.over(
        Picture.of(4, 1, new int[4], "four"),
        new Rectangle2D.Double(0, 0, 4, 1),
        new Heatmap(4, 1, values, "logit"),
        0,
        List.of("a", "b"));
  }

  private static Mask only(int cell) {
    boolean[] cells = new boolean[4];
    cells[cell] = true;
    return new Mask(4, 1, cells);
  }

  @Test
  void thePeakAndTheEnergyBelongToOneOfTwoObjects() {
    Explanation map = map(3, 1, 0, 2);
    var own = Discrimination.of(map, only(0), only(3));
    assertThat(own.get(Discrimination.OTHER_PEAK).value()).isZero();
    assertThat(own.get(Discrimination.SHARE).value()).isCloseTo(3 / 5.0, within(1e-6));
    var other = Discrimination.of(map, only(3), only(0));
    assertThat(other.get(Discrimination.OTHER_PEAK).value()).isEqualTo(1);
    assertThat(other.get(Discrimination.SHARE).value()).isCloseTo(2 / 5.0, within(1e-6));
  }

  @Test
  void equalPeaksCountInParts() {
    var shared = Discrimination.of(map(2, 0, 0, 2), only(0), only(3));
    assertThat(shared.get(Discrimination.OTHER_PEAK).value()).isEqualTo(0.5);
    assertThat(shared.get(Discrimination.SHARE).value()).isEqualTo(0.5);
  }

  @Test
  void aMapOnNeitherObjectHasNoShare() {
    var neither = Discrimination.of(map(0, 5, 0, 0), only(0), only(3));
    assertThat(neither.get(Discrimination.OTHER_PEAK).value()).isZero();
    assertThat(neither.get(Discrimination.SHARE).measured()).isFalse();
  }
}
