package dev.limelight.cam;

import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/**
 * The methods once more, in plain double arithmetic, channel by channel, as the papers write them.
 */
final class SlowMaps {

  /** One picture's layer: activations and gradients as [channel][place]. */
  record Layer(double[][] a, double[][] g) {}

  private static final Map<String, ToDoubleBiFunction<Layer, int[]>> METHODS =
      Map.of(
          "cam", (l, i) -> sum(l.g[i[0]]) * l.a[i[0]][i[1]],
          "grad-cam", (l, i) -> sum(l.g[i[0]]) / l.g[i[0]].length * l.a[i[0]][i[1]],
          "grad-cam++", (l, i) -> plusPlus(l.a[i[0]], l.g[i[0]]) * l.a[i[0]][i[1]],
          "hires-cam", (l, i) -> l.g[i[0]][i[1]] * l.a[i[0]][i[1]],
          "grad-cam-elementwise", (l, i) -> Math.max(0, l.g[i[0]][i[1]] * l.a[i[0]][i[1]]),
          "xgrad-cam", (l, i) -> xgrad(l.a[i[0]], l.g[i[0]]) * l.a[i[0]][i[1]],
          "layer-cam", (l, i) -> Math.max(0, l.g[i[0]][i[1]]) * l.a[i[0]][i[1]]);

  private SlowMaps() {}

  static boolean knows(String method) {
    return METHODS.containsKey(method);
  }

  static double[] map(String method, Layer layer) {
    double[] map = new double[layer.a[0].length];
    for (int k = 0; k < layer.a.length; k++) {
      for (int place = 0; place < map.length; place++) {
        map[place] += METHODS.get(method).applyAsDouble(layer, new int[] {k, place});
      }
    }
    return map;
  }

  private static double plusPlus(double[] a, double[] g) {
    double total = sum(a);
    double weight = 0;
    for (double slope : g) {
      if (slope != 0) {
        double alpha = slope * slope / (2 * slope * slope + total * Math.pow(slope, 3) + 1e-6);
        weight += Math.max(0, slope) * alpha;
      }
    }
    return weight;
  }

  private static double xgrad(double[] a, double[] g) {
    double weight = 0;
    for (int i = 0; i < a.length; i++) {
      weight += g[i] * a[i] / (sum(a) + 1e-7);
    }
    return weight;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
