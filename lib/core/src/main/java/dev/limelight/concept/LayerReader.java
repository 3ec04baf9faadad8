package dev.limelight.concept;

import ai.djl.ndarray.types.Shape;
import dev.limelight.Explainer;
import dev.limelight.method.Evidence;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Reads a layer's activations. Factorisations need them without negative values; where there are
 * few, as after SiLU or GELU, they count as 0, which is noted, and layers with many are refused.
 */
final class LayerReader {

  /** How many locations across a part of a crop has at least. */
  private static final int PART = 4;

  /** The largest share of negative values in the sum of squares that may be left out. */
  private static final double MOST_NEGATIVE = 0.05;

  private final Explainer explainer;
  private String layer = "";
  private double negative;
  private double total;

  LayerReader(Explainer explainer) {
    this.explainer = explainer;
  }

  /**
   * The activations of one picture.
   *
   * @param rows (h w, C), without negative values
   */
  record Maps(double[][] rows, int height, int width) {

    /** The mean over all locations, (C). */
    double[] mean() {
      return means(1, 1)[0];
    }

    /**
     * The means over parts of at least four locations across and down, (parts, C): one of 7x7
     * locations, as in CRAFT, and sixteen of 16x16. The mean over a large map would mix too much.
     */
    double[][] partMeans() {
      return means(Math.max(1, height / PART), Math.max(1, width / PART));
    }

    private double[][] means(int down, int across) {
      double[][] means = new double[down * across][rows[0].length];
      int[] counts = new int[means.length];
      for (int l = 0; l < rows.length; l++) {
        counts[part(l, down, across)]++;
      }
      for (int l = 0; l < rows.length; l++) {
        int part = part(l, down, across);
        Products.addScaled(means[part], rows[l], 1.0 / counts[part]);
      }
      return means;
    }

    private int part(int location, int down, int across) {
      return location / width * down / height * across + location % width * across / width;
    }
  }

  /** What a function makes of the activations of each input. */
  <T> List<T> each(int count, IntFunction<float[]> inputs, Function<Maps, T> of) {
    List<T> all = new ArrayList<>();
    explainer
        .evidence(count, inputs, Target.top(), evidence -> maps(evidence).stream().map(of).toList())
        .forEach(all::addAll);
    require();
    return all;
  }

  /** The activations of a batch. */
  List<Maps> maps(Evidence evidence) {
    layer = evidence.layer();
    Shape shape = evidence.activations().getShape();
    int channels = (int) shape.get(1);
    int locations = (int) (shape.get(2) * shape.get(3));
    float[] values = evidence.activations().toFloatArray();
    List<Maps> all = new ArrayList<>();
    for (int i = 0; i < shape.get(0); i++) {
      double[][] rows = new double[locations][channels];
      for (int c = 0; c < channels; c++) {
        for (int l = 0; l < locations; l++) {
          double value = values[(i * channels + c) * locations + l];
          total += value * value;
          negative += value < 0 ? value * value : 0;
          rows[l][c] = Math.max(0, value);
        }
      }
      all.add(new Maps(rows, (int) shape.get(2), (int) shape.get(3)));
    }
    return all;
  }

  /** The layer, once something was read. */
  String layer() {
    return layer;
  }

  /**
   * Checks what was read so far.
   *
   * @throws UnsupportedException if much of it is negative
   */
  void require() {
    if (negative > MOST_NEGATIVE * total) {
      throw new UnsupportedException(
          String.format(
              Locale.ROOT,
              "concepts need activations without negative values, and %.0f %% of the sum of squares"
                  + " at layer '%s' is of negative ones; choose a layer after a ReLU or the like",
              100 * negative / total,
              layer));
    }
  }

  /** That negative values count as 0, if there were any. */
  List<String> notes() {
    return negative == 0
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "negative activations at layer '%s', %.2g %% of the sum of squares, count as 0",
                layer,
                100 * negative / total));
  }
}
