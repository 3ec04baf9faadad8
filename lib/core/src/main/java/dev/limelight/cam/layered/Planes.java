package dev.limelight.cam.layered;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.image.Bilinear;
import dev.limelight.method.Evidence;
import dev.limelight.method.Finer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One plane a picture.
 *
 * @param values row by row, picture by picture
 * @param height the rows of one
 * @param width the columns of one
 */
record Planes(float[] values, int height, int width) {

  /** Below this a plane has no range. */
  private static final float LEAST = 1e-12f;

  /** The activations and gradients of one layer, both (N, C, h, w). */
  record Layer(NDArray activations, NDArray gradients) {}

  /** The explained layer and then the finer ones, the nearest first, from one gradient. */
  static List<Layer> layers(Evidence evidence, Finer finer) {
    // Before the activations, which it gives as well.
    Finer.Slopes slopes = evidence.gradients(finer);
    List<NDArray> activations = evidence.activations(finer);
    List<Layer> all = new ArrayList<>();
    all.add(new Layer(evidence.activations(), slopes.explained()));
    for (int i = 0; i < activations.size(); i++) {
      all.add(new Layer(activations.get(i), slopes.finer().get(i)));
    }
    return all;
  }

  /** The positive part of the sum of channels. */
  static Planes positiveSum(NDArray parts) {
    Shape shape = parts.getShape();
    float[] sums = parts.sum(new int[] {1}).toFloatArray();
    for (int i = 0; i < sums.length; i++) {
      sums[i] = Math.max(0, sums[i]);
    }
    return new Planes(sums, (int) shape.get(2), (int) shape.get(3));
  }

  /** One of them. */
  float[] plane(int picture) {
    int size = height * width;
    return Arrays.copyOfRange(values, picture * size, (picture + 1) * size);
  }

  /** The pictures' maps at the input's size, (N, 1, H, W), each made of its index. */
  static NDArray maps(Evidence evidence, IntFunction<float[]> map) {
    Shape input = evidence.input().getShape();
    int size = (int) input.slice(2).size();
    float[] all = new float[evidence.size() * size];
    for (int i = 0; i < evidence.size(); i++) {
      System.arraycopy(map.apply(i), 0, all, i * size, size);
    }
    NDManager manager = evidence.input().getManager();
    return NativeArrays.of(manager, all, new Shape(evidence.size(), 1, input.get(2), input.get(3)));
  }

  /** Bilinearly enlarged to the input's size. */
  static float[] enlarged(float[] plane, Planes of, Evidence evidence) {
    Shape input = evidence.input().getShape();
    return Bilinear.resize(plane, of.width(), of.height(), (int) input.get(3), (int) input.get(2));
  }

  /** Divided by the maximum; zero where that is none. */
  static float[] top(float[] plane) {
    float most = LEAST;
    for (float value : plane) {
      most = Math.max(most, value);
    }
    float by = most;
    return each(plane, value -> value / by);
  }

  /** Stretched to [0, 1]; zero where all values are the same. */
  static float[] stretched(float[] plane) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : plane) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    float from = least;
    float range = Math.max(most - least, LEAST);
    return each(plane, value -> (value - from) / range);
  }

  @FunctionalInterface
  interface FloatChange {
    float of(float value);
  }

  @FunctionalInterface
  interface FloatJoin {
    float of(float one, float other);
  }

  static float[] each(float[] plane, FloatChange change) {
    float[] result = new float[plane.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = change.of(plane[i]);
    }
    return result;
  }

  static float[] both(float[] one, float[] other, FloatJoin join) {
    float[] result = new float[one.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = join.of(one[i], other[i]);
    }
    return result;
  }
}
