package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Rectangle;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MaskTest {

  @Test
  void whatIsStrongIsAShareOfTheMaximum() {
    Heatmap map = Heatmap.of(new float[][] {{-5, 0, 1}, {2, 10, 1.9f}}, "logit");
    assertThat(Mask.of(map, 0.2).cells()).containsExactly(false, false, false, true, true, false);
    assertThat(Mask.of(map, 1).area()).isEqualTo(1);
    assertThatThrownBy(() -> Mask.of(map, 0)).hasMessageContaining("but got 0.0");
  }

  @Test
  void aMapWithoutEvidenceIsStrongNowhere() {
    Heatmap map = Heatmap.of(new float[][] {{-5, 0}, {-1, -2}}, "logit");
    assertThat(Mask.of(map, 0.2).area()).isZero();
    assertThat(Mask.of(map, 0.2).largest().bounds().isEmpty()).isTrue();
  }

  @Test
  void aTileIsOneOfTheEqualParts() {
    Picture picture = Picture.of(4, 2, new int[8], "a");
    boolean[] upperRight = {false, false, true, true, false, false, false, false};
    assertThat(Mask.tile(picture, 2, 2, 1).cells()).containsExactly(upperRight);
    assertThat(Mask.tile(picture, 2, 2, 2).bounds()).isEqualTo(new Rectangle(0, 1, 2, 1));
    assertThat(Mask.tile(picture, 2, 1, 0).share()).isEqualTo(0.5);
    assertThatThrownBy(() -> Mask.tile(picture, 3, 1, 0)).hasMessageContaining("3 x 1");
    assertThatThrownBy(() -> Mask.tile(picture, 2, 1, 2)).hasMessageContaining("0 to 1, but got 2");
  }

  @Test
  void aGrownMaskReachesAsFarAsTheDistance() {
    boolean[] cells = new boolean[25];
    cells[12] = true;
    Mask dot = new Mask(5, 5, cells);
    assertThat(dot.grown(0)).isEqualTo(dot);
    assertThat(dot.grown(1).area()).isEqualTo(5);
    assertThat(dot.grown(1.5).area()).isEqualTo(9);
    assertThat(dot.grown(9).area()).isEqualTo(25);
    assertThat(new Mask(5, 5, new boolean[25]).grown(3).area()).isZero();
  }

  @Test
  void theLargestPartIsConnectedBySides() {
    Mask mask =
        new Mask(
            4,
            3,
            new boolean[] {
              true, false, true, true, //
              true, false, false, true, //
              false, true, false, false
            });
    assertThat(mask.largest().bounds()).isEqualTo(new Rectangle(2, 0, 2, 2));
    assertThat(mask.largest().area()).isEqualTo(3);
  }

  @Property
  void theLargestPartIsPartOfTheWholeAndItsOwnLargest(@ForAll @Size(20) boolean[] cells) {
    Mask whole = new Mask(5, 4, cells);
    Mask largest = whole.largest();
    assertThat(whole.or(largest)).isEqualTo(whole);
    assertThat(largest.largest()).isEqualTo(largest);
    assertThat(largest.area() == 0).isEqualTo(whole.area() == 0);
  }
}
