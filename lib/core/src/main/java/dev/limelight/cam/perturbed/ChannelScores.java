package dev.limelight.cam.perturbed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.cam.ChannelWeighting;
import dev.limelight.cam.SeparableConvolution;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.SharedCopies;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Weights of channels by what the network says of the picture seen through them: {@code w =
 * softmax_k(1/n sum_i y(c_ki))}, where y is the score and {@code c_ki} copy i of the picture
 * through the mask of channel k. The mask is the channel enlarged to the picture's size, corners on
 * corners, and stretched to [0, 1].
 *
 * @param mostVarying how many channels are asked, those whose activations vary most over the
 *     locations; 0 for all. The others weigh nothing
 * @param samples n, how many copies for each channel
 */
record ChannelScores(int mostVarying, int samples) {

  /** Changes a picture through the masks of channels. */
  @FunctionalInterface
  interface Copies {

    /**
     * Makes a batch of copies.
     *
     * @param masks the mask of each copy, (M, 1, H, W)
     * @param picture (1, C, H, W)
     * @param numbers of the copies: {@code k n + i}, where i counts from 0
     * @return (M, C, H, W), attached to the manager of the masks
     */
    NDArray make(NDArray masks, NDArray picture, int[] numbers);
  }

  /**
   * Checks what a method was given.
   *
   * @throws IllegalArgumentException if it asks fewer channels than none, or takes no copy
   */
  static void check(String method, int mostVarying, int samples) {
    if (mostVarying < 0) {
      throw new IllegalArgumentException(
          method
              + " asks a number of channels, but got "
              + mostVarying
              + "; choose one above 0, or 0 for all");
    }
    if (samples < 1) {
      throw new IllegalArgumentException(
          method
              + " takes at least one copy for each channel, but got "
              + samples
              + "; 10 is usual");
    }
  }

  /** How many copies of a picture are scored. */
  long count(Conditions at) {
    int channels = mostVarying == 0 ? at.channels() : Math.min(mostVarying, at.channels());
    return (long) channels * samples;
  }

  /**
   * The channels times their weights, (N, C, h, w).
   *
   * @param method that makes the copies, as its equals do
   */
  NDArray weighted(Evidence evidence, Method method, Copies copies) {
    NDArray activations = evidence.activations();
    int channels = (int) activations.getShape().get(1);
    float[][] weights = new float[evidence.size()][channels];
    for (int i = 0; i < weights.length; i++) {
      float[][] planes = planes(activations.get(i), channels);
      int[] asked = asked(planes);
      NDArray picture = evidence.input().get(i + ":" + (i + 1));
      int count = Math.multiplyExact(asked.length, samples);
      float[] scores =
          evidence
              .shared(i, method)
              .scores(
                  IntStream.range(0, count).boxed().toList(),
                  seen(picture, activations.getShape(), planes, asked, copies));
      double[] shares = softmax(means(scores));
      for (int k = 0; k < asked.length; k++) {
        weights[i][asked[k]] = (float) shares[k];
      }
    }
    return ChannelWeighting.channels(evidence, weights);
  }

  private SharedCopies.Maker<Integer> seen(
      NDArray picture, Shape layer, float[][] planes, int[] asked, Copies copies) {
    Shape shape = picture.getShape();
    float[][] rows = SeparableConvolution.enlargement((int) layer.get(2), (int) shape.get(2));
    float[][] columns = SeparableConvolution.enlargement((int) layer.get(3), (int) shape.get(3));
    return (some, scope) -> {
      int locations = planes[0].length;
      float[] chosen = new float[some.size() * locations];
      int[] numbers = new int[some.size()];
      for (int i = 0; i < numbers.length; i++) {
        int copy = some.get(i);
        int k = asked[copy / samples];
        numbers[i] = k * samples + copy % samples;
        System.arraycopy(planes[k], 0, chosen, i * locations, locations);
      }
      Shape small = new Shape(numbers.length, layer.get(2), layer.get(3));
      NDArray large = enlarged(scope, chosen, small, rows, columns);
      return copies.make(large, picture, numbers);
    };
  }

  /** Stretched to [0, 1], (M, 1, H, W). */
  private static NDArray enlarged(
      NDManager scope, float[] planes, Shape small, float[][] rows, float[][] columns) {
    long m = small.get(0);
    NDArray large =
        SeparableConvolution.apply(rows, NativeArrays.of(scope, planes, small), columns);
    NDArray flat = large.reshape(m, (long) rows.length * columns.length);
    NDArray minimum = flat.min(new int[] {1}, true);
    NDArray range = flat.max(new int[] {1}, true).sub(minimum);
    range = range.add(range.eq(0f).toType(range.getDataType(), false));
    return flat.sub(minimum).div(range).reshape(m, 1, rows.length, columns.length);
  }

  private double[] means(float[] scores) {
    double[] means = new double[scores.length / samples];
    for (int i = 0; i < scores.length; i++) {
      means[i / samples] += (double) scores[i] / samples;
    }
    return means;
  }

  /** {@code e^v / sum e^v}. */
  static double[] softmax(double[] values) {
    double largest = Arrays.stream(values).max().orElseThrow();
    double[] powers = Arrays.stream(values).map(value -> Math.exp(value - largest)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }

  /** The numbers of the channels that are asked. */
  private int[] asked(float[][] planes) {
    IntStream all = IntStream.range(0, planes.length);
    if (mostVarying == 0 || mostVarying >= planes.length) {
      return all.toArray();
    }
    double[] variances = Arrays.stream(planes).mapToDouble(ChannelScores::variance).toArray();
    return all.boxed()
        .sorted(Comparator.comparing(k -> -variances[k]))
        .limit(mostVarying)
        .mapToInt(k -> k)
        .toArray();
  }

  private static double variance(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += (double) value / values.length;
    }
    double variance = 0;
    for (float value : values) {
      variance += (value - mean) * (value - mean);
    }
    return variance;
  }

  private static float[][] planes(NDArray activations, int channels) {
    float[] all = activations.toFloatArray();
    int locations = all.length / channels;
    float[][] planes = new float[channels][];
    for (int k = 0; k < channels; k++) {
      float[] plane = Arrays.copyOfRange(all, k * locations, (k + 1) * locations);
      // Of a channel that is the same everywhere, nothing but rounding could be stretched.
      planes[k] = variance(plane) > 0 ? plane : new float[locations];
    }
    return planes;
  }
}
