package dev.limelight.onnx.array;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** What puts the numbers along some dimensions together. */
enum Reduction {
  SUM {
    @Override
    double join(double a, double b) {
      return a + b;
    }

    @Override
    double of(float[] values, int from, int count) {
      double sum = 0;
      for (int i = from; i < from + count; i++) {
        sum += values[i];
      }
      return sum;
    }
  },
  MAX {
    @Override
    double join(double a, double b) {
      return Math.max(a, b);
    }
  },
  MIN {
    @Override
    double join(double a, double b) {
      return Math.min(a, b);
    }
  };

  /** Of two numbers, in double precision: of many floats the sum would lose digits. */
  abstract double join(double a, double b);

  double of(float[] values, int from, int count) {
    double result = values[from];
    for (int i = from + 1; i < from + count; i++) {
      result = join(result, values[i]);
    }
    return result;
  }

  /**
   * Along some dimensions.
   *
   * @param reduced for each dimension, whether it is reduced
   * @return the numbers of the shape whose reduced dimensions have size 1
   */
  float[] apply(float[] values, Shape shape, boolean[] reduced) {
    int[] sizes = Strides.sizes(shape);
    float[] all = values;
    // Neighbouring dimensions at once, from the last on.
    int end = sizes.length;
    while (end > 0) {
      int begin = end - 1;
      while (begin > 0 && reduced[begin - 1] == reduced[end - 1]) {
        begin--;
      }
      if (reduced[end - 1]) {
        int count = product(sizes, begin, end);
        Arrays.fill(sizes, begin, end, 1);
        all = apply(all, count, product(sizes, end, sizes.length));
      }
      end = begin;
    }
    return all;
  }

  /**
   * Along one dimension.
   *
   * @param count its size
   * @param inner how far its neighbours are apart
   */
  private float[] apply(float[] values, int count, int inner) {
    if (count == 0) {
      throw new IllegalArgumentException("nothing can be reduced, as a dimension has size 0");
    }
    float[] result = new float[values.length / count];
    double[] row = new double[inner];
    for (int outer = 0; outer < result.length / inner; outer++) {
      int from = outer * count * inner;
      if (inner == 1) {
        result[outer] = (float) of(values, from, count);
        continue;
      }
      for (int i = 0; i < inner; i++) {
        row[i] = values[from + i];
      }
      for (int c = 1; c < count; c++) {
        for (int i = 0; i < inner; i++) {
          row[i] = join(row[i], values[from + c * inner + i]);
        }
      }
      for (int i = 0; i < inner; i++) {
        result[outer * inner + i] = (float) row[i];
      }
    }
    return result;
  }

  private static int product(int[] sizes, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= sizes[i];
    }
    return product;
  }

  /** Where the largest number along one dimension is, the first of several. */
  static long[] largest(float[] values, Shape shape, int axis) {
    int[] sizes = Strides.sizes(shape);
    int count = sizes[axis];
    int inner = product(sizes, axis + 1, sizes.length);
    long[] result = new long[values.length / count];
    for (int i = 0; i < result.length; i++) {
      int from = i / inner * count * inner + i % inner;
      int best = 0;
      for (int c = 1; c < count; c++) {
        best = values[from + c * inner] > values[from + best * inner] ? c : best;
      }
      result[i] = best;
    }
    return result;
  }
}
