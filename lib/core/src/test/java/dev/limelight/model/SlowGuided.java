package dev.limelight.model;

import java.util.Random;

/**
 * Guided backpropagation by loops and doubles through one network: {@code u1 = conv3x3(x)}, {@code
 * z1 = relu(u1)}, {@code u2 = conv3x3(z1) + z1}, {@code z2 = relu(u2)}, 2 x 2 pooling, one linear
 * layer.
 */
final class SlowGuided {

  static final int SIDE = 6;
  static final int COLOURS = 3;
  static final int CHANNELS = 4;
  static final int CLASSES = 2;

  final double[] first;
  final double[] firstBias;
  final double[] second;
  final double[] linear;
  final double[] x;
  private final double upper;
  private final boolean maximum;

  /**
   * @param upper where the first ReLU is cut off
   * @param maximum whether the largest value is pooled, or else the mean
   */
  SlowGuided(long seed, double upper, boolean maximum) {
    Random random = new Random(seed);
    this.upper = upper;
    this.maximum = maximum;
    first = values(random, CHANNELS * COLOURS * 9, 1);
    firstBias = values(random, CHANNELS, 1);
    second = values(random, CHANNELS * CHANNELS * 9, 0.3);
    linear = values(random, CLASSES * CHANNELS * SIDE * SIDE / 4, 1);
    x = values(random, COLOURS * SIDE * SIDE, 1);
  }

  private static double[] values(Random random, int size, double scale) {
    // As floats, so that an engine starts from the same numbers.
    return random.doubles(size).map(v -> (float) ((v * 2 - 1) * scale)).toArray();
  }

  private static int at(int channel, int row, int column) {
    return (channel * SIDE + row) * SIDE + column;
  }

  private interface Tap {
    void at(int weight, int from, int to);
  }

  private static void taps(int in, int out, Tap tap) {
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int place = 0; place < SIDE * SIDE * 9; place++) {
          int row = place / 9 / SIDE;
          int column = place / 9 % SIDE;
          int fromRow = row + place % 9 / 3 - 1;
          int fromColumn = column + place % 3 - 1;
          if (fromRow >= 0 && fromRow < SIDE && fromColumn >= 0 && fromColumn < SIDE) {
            tap.at((o * in + i) * 9 + place % 9, at(i, fromRow, fromColumn), at(o, row, column));
          }
        }
      }
    }
  }

  /** The guided gradient of one logit with respect to the picture. */
  double[] gradient(int target) {
    double[] u1 = new double[CHANNELS * SIDE * SIDE];
    for (int i = 0; i < u1.length; i++) {
      u1[i] = firstBias[i / (SIDE * SIDE)];
    }
    taps(COLOURS, CHANNELS, (w, from, to) -> u1[to] += first[w] * x[from]);
    double[] z1 = new double[u1.length];
    for (int i = 0; i < u1.length; i++) {
      z1[i] = Math.min(Math.max(u1[i], 0), upper);
    }
    double[] u2 = z1.clone();
    taps(CHANNELS, CHANNELS, (w, from, to) -> u2[to] += second[w] * z1[from]);
    double[] z2 = new double[u2.length];
    for (int i = 0; i < u2.length; i++) {
      z2[i] = Math.max(u2[i], 0);
    }
    double[] g2 = unpooled(z2, target);
    for (int i = 0; i < g2.length; i++) {
      g2[i] = u2[i] > 0 ? Math.max(g2[i], 0) : 0;
    }
    double[] g1 = g2.clone();
    taps(CHANNELS, CHANNELS, (w, from, to) -> g1[from] += second[w] * g2[to]);
    for (int i = 0; i < g1.length; i++) {
      g1[i] = u1[i] > 0 && u1[i] < upper ? Math.max(g1[i], 0) : 0;
    }
    double[] g = new double[x.length];
    taps(COLOURS, CHANNELS, (w, from, to) -> g[from] += first[w] * g1[to]);
    return g;
  }

  private double[] unpooled(double[] z, int target) {
    int half = SIDE / 2;
    double[] gradient = new double[z.length];
    for (int cell = 0; cell < CHANNELS * half * half; cell++) {
      double weight = linear[target * CHANNELS * half * half + cell];
      int corner = at(cell / half / half, cell / half % half * 2, cell % half * 2);
      int[] places = {corner, corner + 1, corner + SIDE, corner + SIDE + 1};
      int best = corner;
      for (int place : places) {
        best = z[place] > z[best] ? place : best;
        gradient[place] += maximum ? 0 : weight / 4;
      }
      gradient[best] += maximum ? weight : 0;
    }
    return gradient;
  }
}
