package dev.limelight.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.codec.Png;
import dev.limelight.image.Framing;
import dev.limelight.image.Mask;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes within a region of a segmentation. */
class RegionTargetTest {

  private static final int CLASSES = 3;
  private static final int PLACES = 4;

  @TempDir private Path folder;

  /** Maps of three classes at two by two places. */
  private static float[] maps() {
    float[] values = new float[CLASSES * PLACES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(3.1 * i + 1);
    }
    return values;
  }

  private static float scored(Target target) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray output = NativeArrays.of(manager, maps(), new Shape(1, CLASSES, 2, 2));
      return target.score(output).toFloatArray()[0];
    }
  }

  private static double odds(int index, int place) {
    double others = 0;
    for (int k = 0; k < CLASSES; k++) {
      others += k == index ? 0 : Math.exp(maps()[k * PLACES + place]);
    }
    return maps()[index * PLACES + place] - Math.log(others);
  }

  @Test
  void aClassIsWeighedAgainstTheOthersPlaceByPlace() {
    Mask mask = new Mask(2, 2, new boolean[] {true, false, false, true});
    Target plain = Target.inside(1, mask);
    assertThat(scored(plain)).isCloseTo(maps()[4] + maps()[7], within(1e-5f));
    Target against = plain.againstOthers();
    assertThat(scored(against)).isCloseTo((float) (odds(1, 0) + odds(1, 3)), within(1e-5f));
    assertThat(against.unit()).isEqualTo("log-odds");
    assertThat(against.linear()).isFalse();
    assertThat(against.caption(List.of("a", "b", "c"))).isEqualTo("log-odds(inside(b, 2 pixels))");
  }

  @Test
  void aMaskOfThePictureIsBroughtToTheOutput() throws Exception {
    BufferedImage image = new BufferedImage(8, 4, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 2; y++) {
      for (int x = 4; x < 6; x++) {
        image.setRGB(x, y, 0xffffff);
      }
    }
    Path file = folder.resolve("mask.png");
    Png.write(image, file);
    Target target = Target.parse("log-odds(inside(1,\"" + file + "\"))");
    // The network sees the middle, from column 2 to 6, in which the region is the right upper half.
    Framing middle = new Framing(8, 4, new Rectangle(2, 0, 4, 4));
    assertThat(scored(target.seen(List.of(middle), 32, 32)))
        .isCloseTo((float) odds(1, 1), within(1e-5f));
    assertThatThrownBy(
            () -> target.seen(List.of(new Framing(9, 4, new Rectangle(2, 0, 4, 4))), 32, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 8x4 pixels, and the picture 9x4");
    Framing elsewhere = new Framing(8, 4, new Rectangle(0, 0, 4, 4));
    assertThatThrownBy(() -> scored(target.seen(List.of(elsewhere), 32, 32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("covers none of the 2x2 places");
  }
}
