package dev.limelight.onnx.array;

import ai.djl.ndarray.types.Shape;

/** Products of matrices, (..., M, K) and (..., K, N); the dimensions in front are broadcast. */
record Products(Shape shape, Broadcast batch, int m, int k, int n) {

  /**
   * Of two shapes.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  static Products of(Shape left, Shape right) {
    int a = left.dimension();
    int b = right.dimension();
    if (a < 2 || b < 2 || left.get(a - 1) != right.get(b - 2)) {
      throw new IllegalArgumentException(
          "matrices of shapes " + left + " and " + right + " have no product");
    }
    Broadcast batch = Broadcast.of(left.slice(0, a - 2), right.slice(0, b - 2));
    int m = Math.toIntExact(left.get(a - 2));
    int n = Math.toIntExact(right.get(b - 1));
    Shape shape = batch.shape().add(m, n);
    return new Products(shape, batch, m, Math.toIntExact(left.get(a - 1)), n);
  }

  /** The products. */
  float[] apply(float[] left, float[] right) {
    float[] result = new float[Math.toIntExact(shape.size())];
    int stepA = batch.leftRepeats() ? 0 : 1;
    int stepB = batch.rightRepeats() ? 0 : 1;
    batch.rows(
        (a, b, to) -> {
          for (int i = 0; i < batch.row(); i++) {
            one(left, (a + i * stepA) * m * k, right, (b + i * stepB) * k * n, result, to + i);
          }
        });
    return result;
  }

  /** Row by row of the right matrix, whose numbers are then read in their order. */
  private void one(float[] left, int a, float[] right, int b, float[] result, int index) {
    for (int i = 0; i < m; i++) {
      int to = (index * m + i) * n;
      for (int p = 0; p < k; p++) {
        float factor = left[a + i * k + p];
        int from = b + p * n;
        for (int j = 0; j < n; j++) {
          result[to + j] += factor * right[from + j];
        }
      }
    }
  }
}
