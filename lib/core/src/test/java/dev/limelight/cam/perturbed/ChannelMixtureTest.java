package dev.limelight.cam.perturbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The mask of a mixture of channels and its gradient, against plain arithmetic and differences. */
class ChannelMixtureTest {

  private static final int W = 4;
  private static final int H = 3;
  private static final int WIDTH = 13;
  private static final int HEIGHT = 9;

  private static float[][] floats(double[][] channels) {
    float[][] floats = new float[channels.length][channels[0].length];
    for (int k = 0; k < channels.length; k++) {
      for (int q = 0; q < channels[k].length; q++) {
        floats[k][q] = (float) channels[k][q];
      }
    }
    return floats;
  }

  @Test
  void theMaskAndItsGradientAreThoseByHand() {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      double[][] channels = new double[5][H * W];
      for (double[] channel : channels) {
        for (int q = 0; q < channel.length; q++) {
          channel[q] = (float) random.nextGaussian();
        }
      }
      double[] u = random.doubles(5, -1, 1).toArray();
      float[] slopes = new float[WIDTH * HEIGHT];
      double[] same = new double[slopes.length];
      for (int p = 0; p < slopes.length; p++) {
        slopes[p] = (float) random.nextGaussian();
        same[p] = slopes[p];
      }
      ChannelMixture.Mask mask = new ChannelMixture(floats(channels), H, HEIGHT, WIDTH).at(u);
      double[] expected = SlowMasks.mask(channels, W, WIDTH, HEIGHT, u);
      float[] values = mask.values();
      for (int p = 0; p < expected.length; p++) {
        assertThat((double) values[p]).isCloseTo(expected[p], within(1e-5));
      }
      assertThat(mask.gradient(slopes))
          .containsExactly(SlowMasks.gradient(channels, W, WIDTH, HEIGHT, u, same), within(1e-4));
      assertThat(mask.shares()).containsExactly(SlowMasks.shares(u), within(1e-12));
    }
  }

  @Test
  void whatIsTheSameEverywhereShowsNothingAndHasNoGradient() {
    float[][] channels = {{1, 1, 1, 1}, {2, 2, 2, 2}, {-1, 0, -3, 0}};
    ChannelMixture.Mask mask = new ChannelMixture(channels, 2, 4, 4).at(new double[3]);
    assertThat(mask.values()).containsOnly(0);
    assertThat(mask.gradient(new float[16])).containsOnly(0);
  }
}
