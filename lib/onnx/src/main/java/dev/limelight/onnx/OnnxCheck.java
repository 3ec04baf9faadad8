package dev.limelight.onnx;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.Float16Utils;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Stage;
import dev.limelight.support.UnsupportedException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the rewritten and cut graph computes with what the file computes as it is, on the
 * same noise.
 */
final class OnnxCheck {

  /** Outputs below this are zero. */
  private static final double ZERO = 1e-3;

  private final Model model;
  private final double tolerance;
  private final boolean channelsLast;
  private final @Nullable String activation;
  private final Shape picture;

  /**
   * Prepares the comparison.
   *
   * @param model as DJL loaded the file
   * @param graph the rewritten graph
   * @param picture the shape of its input, (N, C, H, W)
   */
  OnnxCheck(Model model, OnnxGraph graph, Shape picture) {
    this.model = model;
    this.picture = picture;
    tolerance = graph.precision().tolerance();
    channelsLast = graph.picture().startsWith(OnnxGraph.ADDED);
    activation = graph.outputActivation();
  }

  /**
   * Runs both.
   *
   * @throws UnsupportedException if the results differ
   */
  void compare(Stage features, Stage head, NDManager arrays) {
    float[] noise = noise();
    float[] expected;
    float[] actual;
    try (NDManager scope = arrays.newSubManager()) {
      expected = ofFile(noise);
      NDArray input = NativeArrays.of(scope, noise, picture);
      actual = head.run(features.run(new NDList(input))).head().toFloatArray();
    } catch (EngineException | IllegalArgumentException e) {
      // Noise of this shape is refused, so there is nothing to compare.
      return;
    }
    if (actual.length != expected.length) {
      return;
    }
    double difference = 0;
    double largest = 0;
    float[] outputs = activated(actual);
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) expected[i] - outputs[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    if (!(difference <= tolerance * Math.max(largest, ZERO))) {
      throw new UnsupportedException(
          String.format(
              Locale.ROOT,
              "the rewritten graph gives other outputs than the file (%.2g where the largest is"
                  + " %.2g), so its maps would be wrong; export it again with a newer exporter",
              difference,
              largest));
    }
  }

  /** The first output of the file. */
  private float[] ofFile(float[] noise) {
    try (NDManager scope = model.getNDManager().newSubManager()) {
      Shape shape = picture;
      float[] values = noise;
      if (channelsLast) {
        shape = new Shape(picture.get(0), picture.get(2), picture.get(3), picture.get(1));
        values = turned(noise);
      }
      try {
        return forward(NativeArrays.of(scope, values, shape));
      } catch (EngineException e) {
        // A file of half precision may take pictures of that.
        ByteBuffer half = Float16Utils.toByteBuffer(scope, values);
        return forward(NativeArrays.of(scope, half, shape, DataType.FLOAT16));
      }
    }
  }

  private float[] forward(NDArray input) {
    NDArray output =
        model
            .getBlock()
            .forward(new ParameterStore(input.getManager(), false), new NDList(input), false)
            .head();
    return switch (output.getDataType()) {
      case FLOAT32, FLOAT16 -> output.toFloatArray();
      // Logits of other types are not compared.
      default -> new float[0];
    };
  }

  private float[] noise() {
    Random random = new Random(0);
    float[] noise = new float[Math.toIntExact(picture.size())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    return noise;
  }

  /** From (N, C, H, W) to (N, H, W, C). */
  private float[] turned(float[] values) {
    int channels = (int) picture.get(1);
    int places = (int) (picture.get(2) * picture.get(3));
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int n = i / (channels * places);
      int c = i / places % channels;
      turned[(n * places + i % places) * channels + c] = values[i];
    }
    return turned;
  }

  /** The logits after the activation that was left out. */
  private float[] activated(float[] logits) {
    if (activation == null) {
      return logits;
    }
    float[] result = new float[logits.length];
    int width = (int) (logits.length / picture.get(0));
    for (int from = 0; from < logits.length; from += width) {
      double most = Double.NEGATIVE_INFINITY;
      for (int k = from; k < from + width; k++) {
        most = Math.max(most, logits[k]);
      }
      double sum = 0;
      for (int k = from; k < from + width; k++) {
        sum += Math.exp(logits[k] - most);
      }
      for (int k = from; k < from + width; k++) {
        double log = logits[k] - most - Math.log(sum);
        result[k] =
            (float)
                switch (activation) {
                  case "softmax" -> Math.exp(log);
                  case "log-softmax" -> log;
                  default -> 1 / (1 + Math.exp(-logits[k]));
                };
      }
    }
    return result;
  }
}
