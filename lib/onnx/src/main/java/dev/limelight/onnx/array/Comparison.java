package dev.limelight.onnx.array;

/** Comparisons of two numbers, which have no gradient. */
enum Comparison {
  EQ {
    @Override
    boolean holds(float a, float b) {
      return a == b;
    }
  },
  NEQ {
    @Override
    boolean holds(float a, float b) {
      return a != b;
    }
  },
  GT {
    @Override
    boolean holds(float a, float b) {
      return a > b;
    }
  },
  GTE {
    @Override
    boolean holds(float a, float b) {
      return a >= b;
    }
  },
  LT {
    @Override
    boolean holds(float a, float b) {
      return a < b;
    }
  },
  LTE {
    @Override
    boolean holds(float a, float b) {
      return a <= b;
    }
  };

  abstract boolean holds(float a, float b);

  /** Compares whole arrays; 1 is true. */
  byte[] apply(float[] left, float[] right, Broadcast together) {
    byte[] result = new byte[together.count()];
    int row = together.row();
    int stepA = together.leftRepeats() ? 0 : 1;
    int stepB = together.rightRepeats() ? 0 : 1;
    together.rows(
        (i, j, k) -> {
          for (int x = 0; x < row; x++) {
            result[k + x] = (byte) (holds(left[i + x * stepA], right[j + x * stepB]) ? 1 : 0);
          }
        });
    return result;
  }
}
