package dev.limelight.enlarge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.limelight.cam.GradCam;
import dev.limelight.cam.LayerCam;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Methods;
import dev.limelight.smooth.FlipsAndScales;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Joint bilateral upsampling and the guided filter against their formulas, term by term. */
class EnlargementTest {

  private static float[] noise(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 3);
    }
    return values;
  }

  /** Patches of colour with some noise, in [0, 1]. */
  private static Guide guide(long seed, int channels, int width, int height) {
    Random random = new Random(seed);
    float[] values = new float[channels * width * height];
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      int y = i / width % height;
      double patch = (x * 3 / width + y * 2 / height + i / (width * height)) % 2;
      values[i] = (float) (0.1 + 0.6 * patch + 0.2 * random.nextDouble());
    }
    return new Guide(channels, width, height, values);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 4, 3, 17, 11, 0.5, 0.1",
    "1, 5, 5, 20, 20, 1.3, 0.4",
    "2, 7, 6, 7, 6, 0.5, 0.05",
    "3, 1, 1, 9, 8, 0.5, 0.1",
    "3, 6, 4, 31, 5, 2, 0.001"
  })
  void jointBilateralIsItsFormula(
      int channels, int w, int h, int width, int height, double spatial, double range) {
    for (long seed = 0; seed < 3; seed++) {
      float[] map = noise(seed, w * h);
      Guide guide = guide(seed + 9, channels, width, height);
      float[] enlarged =
          new JointBilateral(new GradCam(), spatial, range).enlarge(map, w, h, guide);
      int reach = (int) Math.ceil(3 * spatial);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double column = (x + 0.5) * w / width - 0.5;
          double row = (y + 0.5) * h / height - 0.5;
          double sum = 0;
          double weights = 0;
          double most = Double.NEGATIVE_INFINITY;
          for (int pass = 0; pass < 2; pass++) {
            for (int v = 0; v < h; v++) {
              for (int u = 0; u < w; u++) {
                if (Math.abs(u - Math.round(column)) > reach
                    || Math.abs(v - Math.round(row)) > reach) {
                  continue;
                }
                double exponent =
                    -(Math.pow(column - u, 2) + Math.pow(row - v, 2)) / (2 * spatial * spatial);
                for (int c = 0; c < channels; c++) {
                  double own = guide.values()[(c * height + y) * width + x];
                  double other = between(guide, c, w, h, u, v);
                  exponent -= Math.pow(own - other, 2) / (2 * range * range);
                }
                if (pass == 0) {
                  most = Math.max(most, exponent);
                } else {
                  sum += Math.exp(exponent - most) * map[v * w + u];
                  weights += Math.exp(exponent - most);
                }
              }
            }
          }
          assertThat((double) enlarged[y * width + x])
              .as("%d %d", x, y)
              .isCloseTo(sum / weights, within(2e-4));
        }
      }
    }
  }

  /** The picture at a cell's centre: the weighted mean of all pixels by their distance below 1. */
  private static double between(Guide guide, int channel, int w, int h, int u, int v) {
    double x = Math.min(guide.width() - 1.0, Math.max(0, (u + 0.5) * guide.width() / w - 0.5));
    double y = Math.min(guide.height() - 1.0, Math.max(0, (v + 0.5) * guide.height() / h - 0.5));
    double sum = 0;
    for (int j = 0; j < guide.height(); j++) {
      for (int i = 0; i < guide.width(); i++) {
        sum +=
            Math.max(0, 1 - Math.abs(x - i))
                * Math.max(0, 1 - Math.abs(y - j))
                * guide.values()[(channel * guide.height() + j) * guide.width() + i];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 4, 3, 17, 11, 0.2, 0.001",
    "1, 5, 5, 20, 20, 0.07, 0.01",
    "2, 7, 6, 7, 6, 1, 0.1",
    "3, 1, 1, 9, 8, 0.3, 0.001",
    "4, 6, 4, 31, 5, 0.4, 0.0001"
  })
  void theGuidedFilterIsItsFormula(
      int channels, int w, int h, int width, int height, double radius, double eps) {
    for (long seed = 0; seed < 3; seed++) {
      float[] map = noise(seed, w * h);
      Guide guide = guide(seed + 5, channels, width, height);
      float[] enlarged = new GuidedFilter(new GradCam(), radius, eps).enlarge(map, w, h, guide);
      float[] wide = Bilinear.resize(map, w, h, width, height);
      int reach = (int) Math.max(1, Math.round(radius * Math.min(width, height)));
      double[][] fits = new double[width * height][];
      for (int i = 0; i < fits.length; i++) {
        fits[i] = fit(guide, wide, window(i, width, height, reach), eps);
      }
      for (int i = 0; i < fits.length; i++) {
        double expected = 0;
        int[] window = window(i, width, height, reach);
        for (int each : window) {
          expected += fits[each][channels] / window.length;
          for (int c = 0; c < channels; c++) {
            expected += fits[each][c] * guide.values()[c * fits.length + i] / window.length;
          }
        }
        assertThat((double) enlarged[i]).as("pixel %d", i).isCloseTo(expected, within(1e-4));
      }
    }
  }

  private static int[] window(int pixel, int width, int height, int reach) {
    return IntStream.range(0, width * height)
        .filter(i -> Math.abs(i % width - pixel % width) <= reach)
        .filter(i -> Math.abs(i / width - pixel / width) <= reach)
        .toArray();
  }

  /** The linear fit in a window by Gauss and Jordan: a slope for each channel, and b. */
  private static double[] fit(Guide guide, float[] map, int[] window, double eps) {
    int n = guide.channels();
    double[][] rows = new double[n][n + 1];
    double[] means = new double[n + 1];
    for (int each : window) {
      for (int c = 0; c <= n; c++) {
        means[c] += value(guide, map, c, each) / window.length;
      }
    }
    for (int each : window) {
      for (int c = 0; c < n; c++) {
        for (int d = 0; d <= n; d++) {
          rows[c][d] +=
              (value(guide, map, c, each) - means[c])
                  * (value(guide, map, d, each) - means[d])
                  / window.length;
        }
      }
    }
    for (int c = 0; c < n; c++) {
      rows[c][c] += eps;
    }
    for (int pivot = 0; pivot < n; pivot++) {
      double head = rows[pivot][pivot];
      for (int d = 0; d <= n; d++) {
        rows[pivot][d] /= head;
      }
      for (int c = 0; c < n; c++) {
        double factor = rows[c][pivot];
        for (int d = 0; c != pivot && d <= n; d++) {
          rows[c][d] -= factor * rows[pivot][d];
        }
      }
    }
    double[] fit = new double[n + 1];
    fit[n] = means[n];
    for (int c = 0; c < n; c++) {
      fit[c] = rows[c][n];
      fit[n] -= fit[c] * means[c];
    }
    return fit;
  }

  private static double value(Guide guide, float[] map, int channel, int pixel) {
    return channel == guide.channels()
        ? map[pixel]
        : guide.values()[channel * guide.pixels() + pixel];
  }

  /** A step of the map somewhere near a step of the picture moves to that. */
  @Test
  void theMapFollowsTheEdgeOfThePicture() {
    float[] map = {1, 1, 0, 0};
    float[] picture = new float[40 * 10];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = i % 40 < 23 ? 0.9f : 0.2f;
    }
    Guide guide = new Guide(1, 40, 10, picture);
    float[] plain = Bilinear.resize(map, 4, 1, 40, 10);
    float[] bilateral = new JointBilateral().enlarge(map, 4, 1, guide);
    float[] guided = new GuidedFilter(new GradCam(), 1, 1e-4).enlarge(map, 4, 1, guide);
    assertThat(plain[22] - plain[23]).isLessThan(0.11f);
    assertThat(bilateral[22] - bilateral[23]).isGreaterThan(0.9f);
    assertThat(guided[22] - guided[23]).isGreaterThan(0.4f);
  }

  /** Without an edge there is nothing to follow, and nothing is no evidence. */
  @Test
  void aPictureOfOneColourAndAMapOfOneValueStayPlain() {
    Guide flat = new Guide(3, 12, 12, new float[3 * 144]);
    Guide some = guide(1, 3, 12, 12);
    float[] same = new float[16];
    Arrays.fill(same, 2.5f);
    for (Guide guide : new Guide[] {flat, some}) {
      assertThat(new JointBilateral().enlarge(same, 4, 4, guide)).containsOnly(2.5f);
      for (float value : new GuidedFilter().enlarge(same, 4, 4, guide)) {
        assertThat(value).isCloseTo(2.5f, within(1e-5f));
      }
      assertThat(new JointBilateral().enlarge(new float[16], 4, 4, guide)).containsOnly(0);
      assertThat(new GuidedFilter().enlarge(new float[16], 4, 4, guide)).containsOnly(0);
    }
  }

  /**
   * Pictures of 224 x 224 take milliseconds, and a wide window takes no longer than a narrow one.
   */
  @Tag("alone")
  @Test
  void theTimeOfTheGuidedFilterDoesNotDependOnItsWindow() {
    Guide guide = guide(3, 3, 224, 224);
    float[] map = noise(4, 49);
    long narrow = fastest(new GuidedFilter(new GradCam(), 0.02, 1e-3), map, guide);
    long wide = fastest(new GuidedFilter(new GradCam(), 0.5, 1e-3), map, guide);
    assertThat(wide).isLessThan(10 * narrow);
  }

  private static long fastest(GuidedFilter filter, float[] map, Guide guide) {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 8; i++) {
      long start = System.nanoTime();
      filter.enlarge(map, 7, 7, guide);
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return fastest;
  }

  @Test
  void theyAreNamedWithTheMethodWhoseMapTheyEnlarge() {
    assertThat(Methods.named("guided-filter(inner=layer-cam)"))
        .isEqualTo(new GuidedFilter(new LayerCam(), 0.07, 1e-3));
    assertThat(Methods.named("joint-bilateral(inner=spotlight(focus=whole, fine=a+b), range=0.2)"))
        .isEqualTo(new JointBilateral(Methods.named("spotlight(focus=whole, fine=a+b)"), 0.5, 0.2));
    assertThat(new GuidedFilter().unit("logit")).isEqualTo("relative");
    assertThat(new FlipsAndScales(new GuidedFilter()).notes())
        .singleElement()
        .asString()
        .contains("edges of the picture");
    assertThat(new GradCam().notes()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("joint-bilateral(inner=nope)"))
        .withMessageContaining("no method 'nope'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("guided-filter(eps=0)"))
        .withMessageContaining("eps above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("joint-bilateral(spatial=6)"))
        .withMessageContaining("up to 5 cells");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Methods.named("guided-filter(inner=grad-cam"))
        .withMessageContaining("written as");
  }
}
