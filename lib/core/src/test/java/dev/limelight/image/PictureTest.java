package dev.limelight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureTest {

  @Test
  void resizesWithoutShiftOrOvershoot() {
    int[] grey = new int[6 * 6];
    Arrays.fill(grey, 0x646464);
    assertThat(Picture.of(6, 6, grey, "grey").resized(31, 17).rgb()).containsOnly(0x646464);
    int[] ramp = new int[64];
    for (int i = 0; i < 64; i++) {
      ramp[i] = (i * 4) * 0x010101;
    }
    Picture line = Picture.of(64, 1, ramp, "ramp");
    // Reduced, each pixel is the mean of what it covers: 4 x (8 i + 3.5) away from the ends.
    int[] reduced = line.resized(8, 1).rgb();
    for (int i = 1; i < 7; i++) {
      assertThat(Math.abs((reduced[i] & 255) - (32 * i + 14))).isLessThanOrEqualTo(1);
    }
    assertThat(line.resized(64, 1).rgb()).isEqualTo(ramp);
  }

  @Test
  void cutsOutParts() {
    Picture picture = Picture.of(10, 6, new Random(1).ints(60, 0, 1 << 24).toArray(), "noise");
    assertThat(picture.cropped(3, 2, 4, 3).rgb(1, 2)).isEqualTo(picture.rgb(4, 4));
    assertThatThrownBy(() -> picture.cropped(8, 0, 3, 3)).hasMessageContaining("10 x 6");
    Picture square = picture.square(6);
    assertThat(square.width()).isEqualTo(6);
    assertThat(square.rgb(0, 0)).isEqualTo(picture.rgb(2, 0));
    float[] planes = picture.planes();
    assertThat(planes).hasSize(180);
    assertThat(planes[60 + 13]).isEqualTo((picture.rgb(3, 1) >> 8 & 255) / 255f);
  }

  @Test
  void aMosaicHoldsItsPicturesRowByRow() {
    List<Picture> four = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      four.add(Picture.of(2, 1, new int[] {10 * i, 10 * i + 1}, "p" + i));
    }
    Picture mosaic = Picture.mosaic(four, 2, "all");
    assertThat(mosaic.width()).isEqualTo(4);
    assertThat(mosaic.height()).isEqualTo(2);
    assertThat(mosaic.rgb()).containsExactly(0, 1, 10, 11, 20, 21, 30, 31);
    assertThatThrownBy(() -> Picture.mosaic(four, 3, "all")).hasMessageContaining("rows of 3");
    assertThatThrownBy(() -> Picture.mosaic(List.of(four.get(0), mosaic), 2, "all"))
        .hasMessageContaining("one size");
  }

  @Test
  void aMaskTellsHowMuchOfAMapLiesOnIt() {
    Mask left = new Mask(4, 2, new boolean[] {true, true, false, false, true, true, false, false});
    assertThat(left.shareOf(new Heatmap(4, 2, new float[] {3, 0, 1, -9, -5, 0, 0, 0}, "logit")))
        .isEqualTo(0.75);
    assertThat(left.shareOf(Heatmap.of(new float[][] {{1, 1}}, "logit"))).isEqualTo(0.5);
    assertThatThrownBy(() -> left.shareOf(Heatmap.of(new float[][] {{-1, 0}}, "logit")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("positive");
  }

  @Test
  void aMaskIsTheBrightPartOfAPicture() {
    Mask mask = Mask.of(Picture.of(3, 1, new int[] {0xFFFFFF, 0, 0x7F7F7F}, "mask"));
    assertThat(mask.cells()).containsExactly(true, false, false);
    assertThat(mask.near(2, 0, 2)).isTrue();
    assertThat(mask.near(2, 0, 1.9)).isFalse();
    assertThat(mask.near(1, 1, 1.5)).isTrue();
    assertThat(mask.near(-1, 0, 1)).isTrue();
  }
}
