package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.image.Picture;
import dev.limelight.model.Preprocessing.Filter;
import dev.limelight.model.Preprocessing.Fit;
import dev.limelight.model.Preprocessing.Part;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreprocessingTest {

  private static Picture noise(int width, int height) {
    Random random = new Random(width * 1000L + height);
    int[] rgb = new int[width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = random.nextInt(0x1000000);
    }
    return Picture.of(width, height, rgb, "noise");
  }

  @ParameterizedTest
  @EnumSource
  void aPictureOfTheInputsSizeIsUnchanged(Fit fit) {
    Picture picture = noise(13, 9);
    assertThat(Preprocessing.of(13, 9).fitted(fit).apply(picture))
        .containsExactly(picture.planes());
  }

  @ParameterizedTest
  @CsvSource({
    "40, 30, 16, 16, CROP", "40, 30, 16, 16, STRETCH", "40, 30, 16, 16, LETTERBOX",
    "9, 31, 16, 12, CROP", "9, 31, 16, 12, STRETCH", "9, 31, 16, 12, LETTERBOX",
    "5, 4, 17, 23, CROP", "5, 4, 17, 23, STRETCH", "5, 4, 17, 23, LETTERBOX",
    "1, 1, 7, 7, CROP", "64, 1, 8, 8, LETTERBOX", "97, 53, 1, 1, STRETCH"
  })
  void fittingAgreesWithASlowOneInDoubles(int w, int h, int width, int height, Fit fit) {
    Picture picture = noise(w, h);
    Preprocessing preprocessing = Preprocessing.of(width, height).fitted(fit).imageNet();
    float[] found = preprocessing.apply(picture);
    double[] mean = {0.485, 0.456, 0.406};
    double[] std = {0.229, 0.224, 0.225};
    Rectangle2D seen = preprocessing.visibleRegion(w, h);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double value =
              pixel(
                  picture,
                  16 - 8 * c,
                  seen,
                  (x + 0.5) / width,
                  (y + 0.5) / height,
                  seen.getWidth() / width,
                  seen.getHeight() / height);
          assertThat((double) found[(c * height + y) * width + x])
              .as("channel %d at (%d, %d)", c, x, y)
              .isCloseTo((value - mean[c]) / std[c], within(2e-5));
        }
      }
    }
  }

  /** All pixels of the picture, weighed by a triangle about the place; beyond it half grey. */
  private static double pixel(
      Picture picture, int shift, Rectangle2D seen, double u, double v, double sx, double sy) {
    double x = seen.getX() + u * seen.getWidth();
    double y = seen.getY() + v * seen.getHeight();
    if (x < 0 || y < 0 || x > picture.width() || y > picture.height()) {
      return 0.5;
    }
    double sum = 0;
    double total = 0;
    for (int j = 0; j < picture.height(); j++) {
      for (int i = 0; i < picture.width(); i++) {
        double weight =
            Math.max(0, 1 - Math.abs(i + 0.5 - x) / Math.max(1, sx))
                * Math.max(0, 1 - Math.abs(j + 0.5 - y) / Math.max(1, sy));
        sum += weight * (picture.rgb(i, j) >> shift & 255) / 255.0;
        total += weight;
      }
    }
    return sum / total;
  }

  @Test
  void theVisibleRegionOfAPicture() {
    Preprocessing wide = Preprocessing.of(20, 10);
    assertThat(wide.visibleRegion(100, 100)).isEqualTo(new Rectangle2D.Double(0, 25, 100, 50));
    assertThat(wide.fitted(Fit.STRETCH).visibleRegion(100, 100))
        .isEqualTo(new Rectangle2D.Double(0, 0, 100, 100));
    assertThat(wide.fitted(Fit.LETTERBOX).visibleRegion(100, 100))
        .isEqualTo(new Rectangle2D.Double(-50, 0, 200, 100));
    assertThat(Preprocessing.of(10, 10).visibleRegion(300, 100))
        .isEqualTo(new Rectangle2D.Double(100, 0, 100, 100));
    assertThat(Preprocessing.of(10, 10).fitted(Fit.LETTERBOX).visibleRegion(300, 100))
        .isEqualTo(new Rectangle2D.Double(0, -100, 300, 300));
  }

  @Test
  void barsOfALetterboxAreHalfGrey() {
    int[] white = new int[30 * 10];
    Arrays.fill(white, 0xFFFFFF);
    Picture picture = Picture.of(30, 10, white, "white");
    float[] input = Preprocessing.of(12, 12).fitted(Fit.LETTERBOX).apply(picture);
    for (int i = 0; i < input.length; i++) {
      int row = i / 12 % 12;
      assertThat(input[i])
          .as("row %d", row)
          .isCloseTo(row < 4 || row >= 8 ? 0.5f : 1f, within(1e-6f));
    }
  }

  @Test
  void invalidSettingsAreRefused() {
    float[] zero = {0, 0, 0};
    float[] one = {1, 1, 1};
    refused(() -> Preprocessing.of(0, 5), "0x5");
    refused(() -> Preprocessing.of(5, -1), "5x-1");
    refused(
        () -> Preprocessing.of(5, 5).normalised(new float[] {0}, one),
        "one value for each of the 3 channels");
    refused(
        () -> Preprocessing.of(5, 5).normalised(zero, new float[] {1, 1}),
        "one value for each of the 3 channels");
    refused(() -> Preprocessing.of(5, 5).normalised(zero, zero), "std is above zero");
    refused(
        () -> Preprocessing.of(5, 5).normalised(zero, new float[] {1, Float.NaN, 1}),
        "std is above zero");
    refused(() -> Preprocessing.of(5, 5).normalised(new float[] {0, Float.NaN, 0}, one), "mean");
    refused(
        () -> Preprocessing.of(5, 5).normalised(zero, new float[] {1, Float.POSITIVE_INFINITY, 1}),
        "std");
  }

  @Test
  void itKeepsItsOwnNumbers() {
    float[] mean = {0, 0, 0};
    Preprocessing preprocessing = Preprocessing.of(5, 5).normalised(mean, new float[] {1, 1, 1});
    mean[0] = 9;
    preprocessing.mean()[1] = 9;
    preprocessing.std()[1] = 9;
    assertThat(preprocessing).isEqualTo(Preprocessing.of(5, 5));
    assertThat(preprocessing).hasSameHashCodeAs(Preprocessing.of(5, 5));
    assertThat(preprocessing.imageNet()).isNotEqualTo(preprocessing);
    assertThat(preprocessing).hasToString("5x5 crop, mean [0.0, 0.0, 0.0], std [1.0, 1.0, 1.0]");
  }

  private static void refused(ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  @Test
  void aPreviewIsWhatTheNetworkSeesInOrdinaryColours() {
    Picture picture = Picture.of(2, 2, new int[] {0x102030, 0x405060, 0x708090, 0xA0B0C0}, "p");
    Picture preview = Preprocessing.of(2, 2).imageNet().preview(picture);
    assertThat(preview.rgb()).containsExactly(picture.rgb());
  }

  @Test
  void oneChannelIsLuminanceAsInPillow() {
    Picture picture = Picture.of(2, 1, new int[] {0xFF8000, 0x404040}, "p");
    float[] grey = Preprocessing.of(2, 1).withChannels(1).apply(picture);
    // Pillow: Image.convert("L") gives 151 and 64.
    assertThat(grey).hasSize(2);
    assertThat(grey[0] * 255).isCloseTo(151, within(0.5f));
    assertThat(grey[1] * 255).isCloseTo(64, within(1e-3f));
  }

  @Test
  void fourChannelsAreColoursAndAnOpaqueAlpha() {
    Picture picture = Picture.of(1, 1, new int[] {0x336699}, "p");
    assertThat(Preprocessing.of(1, 1).withChannels(4).apply(picture))
        .containsExactly(0.2f, 0.4f, 0.6f, 1);
  }

  @Test
  void otherChannelsAreRefusedAndTheTensorIsNamed() {
    Picture picture = Picture.of(1, 1, new int[] {0}, "p");
    for (int channels : new int[] {2, 5, 13}) {
      Preprocessing other = Preprocessing.of(1, 1).withChannels(channels);
      refused(() -> other.apply(picture), channels + " channels");
      refused(() -> other.apply(picture), "--tensor");
    }
    refused(() -> Preprocessing.of(1, 1).imageNet().withChannels(1), "one value a channel");
  }

  @Test
  void theModesOfKeras() {
    Picture picture = Picture.of(1, 1, new int[] {0xFF8000}, "p");
    Preprocessing plain = Preprocessing.of(1, 1);
    float[] half = {0.5f, 0.5f, 0.5f};
    assertThat(plain.normalised(half, half).apply(picture))
        .containsExactly(new float[] {1, 2 * 128 / 255f - 1, -1}, within(1e-6f));
    float[] mean = {103.939f, 116.779f, 123.68f};
    Preprocessing caffe =
        plain.withScale(255).withBlueFirst(true).normalised(mean, new float[] {1, 1, 1});
    assertThat(caffe.apply(picture))
        .containsExactly(new float[] {-103.939f, 128 - 116.779f, 255 - 123.68f}, within(1e-4f));
    assertThat(caffe.preview(picture).rgb()).containsExactly(0xFF8000);
    assertThat(caffe)
        .hasToString(
            "1x1 crop, BGR, 0 to 255, mean [103.939, 116.779, 123.68], std [1.0, 1.0, 1.0]");
  }

  /** Rows of Pillow 13: Image.resize((5, 1), filter) of 12 pixels. */
  @ParameterizedTest
  @CsvSource({
    "BILINEAR, 60 79 145 96 98", "BICUBIC, 58 80 151 88 100",
    "LANCZOS, 61 80 154 84 98", "NEAREST, 30 0 255 120 7"
  })
  void filtersAreThoseOfPillow(Filter filter, String expected) {
    int[] grey = {10, 30, 200, 0, 100, 90, 255, 77, 120, 33, 7, 250};
    int[] rgb = Arrays.stream(grey).map(v -> 0x010101 * v).toArray();
    Picture picture = Picture.of(12, 1, rgb, "row");
    float[] found =
        Preprocessing.of(5, 1)
            .fitted(Fit.STRETCH)
            .withFilter(filter)
            .withChannels(1)
            .apply(picture);
    int[] values = Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
    for (int i = 0; i < 5; i++) {
      // Pillow rounds to whole numbers, in fixed-point arithmetic.
      assertThat(255 * found[i]).isCloseTo(values[i], within(0.51f));
    }
  }

  @Test
  void pixelsAreCutOutWithoutResizing() {
    Picture picture = noise(31, 20);
    Preprocessing cut = Preprocessing.of(8, 6).fitted(Fit.PIXELS);
    assertThat(cut.apply(picture)).containsExactly(picture.cropped(11, 7, 8, 6).planes());
    assertThat(cut.visibleRegion(31, 20)).isEqualTo(new Rectangle2D.Double(11, 7, 8, 6));
  }

  @Test
  void assumptionsEndWithWhatIsSaid() {
    Preprocessing assumed = Preprocessing.of(224, 224).assuming(Set.of(Part.SIZE, Part.VALUES));
    assertThat(assumed.assumption().orElseThrow())
        .isEqualTo(
            "preprocessing assumed: 224x224, values 0 to 1, no mean; set --size, --scale, --mean,"
                + " --std (those of most PyTorch networks: --mean 0.485,0.456,0.406 --std"
                + " 0.229,0.224,0.225)");
    assertThat(assumed).asString().endsWith("(assumed)");
    assertThat(assumed.withSize(160, 96).assumption().orElseThrow())
        .startsWith("preprocessing assumed: values 0 to 1, no mean; set --scale, --mean, --std (");
    assertThat(assumed.withChannels(1).assumption().orElseThrow()).endsWith("--mean, --std");
    assertThat(assumed.withSize(160, 96).imageNet().assumption()).isEmpty();
    assertThat(Preprocessing.of(8, 8).assumption()).isEmpty();
  }

  @Test
  void aMeanAboveWhiteIsRefused() {
    PreprocessingSettings bytes =
        PreprocessingSettings.NONE
            .with(PreprocessingSettings.Setting.MEAN, "123.7,116.3,103.5")
            .with(PreprocessingSettings.Setting.STD, "58,57,57");
    assertThatThrownBy(() -> bytes.applyTo(Preprocessing.of(8, 8)))
        .hasMessageContaining("the mean 123.7 is above the value of white, which is 1.0")
        .hasMessageContaining("--scale 255");
    assertThat(
            bytes
                .with(PreprocessingSettings.Setting.SCALE, "255")
                .applyTo(Preprocessing.of(8, 8))
                .mean())
        .containsExactly(123.7f, 116.3f, 103.5f);
  }
}
