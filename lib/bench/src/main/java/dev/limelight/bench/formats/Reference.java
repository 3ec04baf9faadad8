package dev.limelight.bench.formats;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.limelight.image.Heatmap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What PyTorch computes of a network in float64, as src/main/python/onnx_models.py writes it.
 *
 * @param arrays by their names
 */
record Reference(NDList arrays) {

  /** Arrays that differ by less are outputs of the same layer. */
  static final double SAME_LAYER = 1e-3;

  static final String FEATURES = "features_";

  static final String MAP = "map_";

  /** Reads a file into arrays of a manager. */
  static Reference read(NDManager manager, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new Reference(NDList.decode(manager, in));
    }
  }

  /** The numbers of each picture of the input. */
  List<float[]> pictures() {
    NDArray input = arrays.get("input");
    float[] all = input.toFloatArray();
    int count = Math.toIntExact(input.getShape().get(0));
    int one = all.length / count;
    List<float[]> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(Arrays.copyOfRange(all, i * one, (i + 1) * one));
    }
    return pictures;
  }

  /** The width and height of the pictures. */
  int side() {
    return Math.toIntExact(arrays.get("input").getShape().get(3));
  }

  /**
   * Grad-CAM's map of each picture at the layer with these activations, signed; none if no module
   * of PyTorch has them.
   *
   * @param activations of all pictures
   */
  List<Heatmap> maps(float[] activations) {
    double nearest = SAME_LAYER;
    List<Heatmap> found = List.of();
    for (NDArray features : arrays) {
      String name = String.valueOf(features.getName());
      if (name.startsWith(FEATURES) && features.size() == activations.length) {
        double distance = difference(activations, features.toFloatArray());
        if (distance < nearest) {
          nearest = distance;
          found = heatmaps(arrays.get(name.replace(FEATURES, MAP)));
        }
      }
    }
    return found;
  }

  /** Maps of (N, h, w). */
  private static List<Heatmap> heatmaps(NDArray maps) {
    int height = Math.toIntExact(maps.getShape().get(1));
    int width = Math.toIntExact(maps.getShape().get(2));
    float[] all = maps.toFloatArray();
    List<Heatmap> heatmaps = new ArrayList<>();
    for (int from = 0; from < all.length; from += width * height) {
      float[] one = Arrays.copyOfRange(all, from, from + width * height);
      heatmaps.add(new Heatmap(width, height, one, "logit"));
    }
    return heatmaps;
  }

  /**
   * The length of the difference of two arrays, divided by that of the second.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  static double difference(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new IllegalArgumentException(
          found.length + " numbers where PyTorch gives " + expected.length);
    }
    double between = 0;
    double length = 0;
    for (int i = 0; i < found.length; i++) {
      double apart = (double) found[i] - expected[i];
      between += apart * apart;
      length += (double) expected[i] * expected[i];
    }
    return Math.sqrt(between / length);
  }
}
