package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;

/** Operations on two numbers. */
enum Binary {
  ADD {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = a[i + x] + b[j + x];
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient;
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient;
    }
  },
  SUB {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = a[i + x] - b[j + x];
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient;
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient.neg();
    }
  },
  MUL {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = a[i + x] * b[j + x];
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(b);
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(a);
    }
  },
  DIV {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = a[i + x] / b[j + x];
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient.div(b);
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient.neg().mul(a.div(b).div(b));
    }
  },
  POW {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = (float) Math.pow(a[i + x], b[j + x]);
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(b).mul(a.pow(b.sub(1)));
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(a.pow(b)).mul(a.log());
    }
  },
  MAXIMUM {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = Math.max(a[i + x], b[j + x]);
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(share(a, b));
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(share(b, a));
    }
  },
  MINIMUM {
    @Override
    void row(float[] a, int i, float[] b, int j, float[] to, int k, int count) {
      for (int x = 0; x < count; x++) {
        to[k + x] = Math.min(a[i + x], b[j + x]);
      }
    }

    @Override
    NDArray toLeft(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(share(b, a));
    }

    @Override
    NDArray toRight(NDArray gradient, NDArray a, NDArray b) {
      return gradient.mul(share(a, b));
    }
  };

  /** Rows longer than this are passed in pieces, which stay in the processor's caches. */
  private static final int PIECE = 4096;

  /** Computes so many numbers, each array from its own place on. */
  abstract void row(float[] a, int i, float[] b, int j, float[] to, int k, int count);

  /** The gradient of the left operand, in the shape of the result. */
  abstract NDArray toLeft(NDArray gradient, NDArray a, NDArray b);

  /** The gradient of the right operand, in the shape of the result. */
  abstract NDArray toRight(NDArray gradient, NDArray a, NDArray b);

  /** Where the first is the larger, 1; two that are equal have half each. */
  private static NDArray share(NDArray larger, NDArray smaller) {
    NDArray equal = larger.eq(smaller).toType(DataType.FLOAT32, false).mul(0.5f);
    return larger.gt(smaller).toType(DataType.FLOAT32, false).add(equal);
  }

  /** Computes a whole array. */
  float[] apply(float[] left, float[] right, Broadcast together) {
    float[] result = new float[together.count()];
    int row = together.row();
    int piece = Math.min(row, PIECE);
    boolean oneLeft = together.leftRepeats();
    boolean oneRight = together.rightRepeats();
    // A number that goes with a whole row is written out first, so that one loop is enough.
    float[] same = new float[oneLeft || oneRight ? piece : 0];
    together.rows(
        (i, j, k) -> {
          if (same.length > 0) {
            Arrays.fill(same, oneLeft ? left[i] : right[j]);
          }
          for (int x = 0; x < row; x += piece) {
            int count = Math.min(piece, row - x);
            row(
                oneLeft ? same : left,
                oneLeft ? 0 : i + x,
                oneRight ? same : right,
                oneRight ? 0 : j + x,
                result,
                k + x,
                count);
          }
        });
    return result;
  }
}
