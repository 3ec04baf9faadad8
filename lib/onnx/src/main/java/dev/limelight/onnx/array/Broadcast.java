package dev.limelight.onnx.array;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * How two arrays go through an operation together: where one has size 1, or no such dimension, its
 * numbers are repeated. Neighbouring dimensions that both pass alike are passed as one.
 *
 * @param shape of the result
 * @param sizes how many steps there are in each dimension
 * @param left how far a step goes in the left array: 0 repeats
 * @param right how far a step goes in the right array
 */
record Broadcast(Shape shape, int[] sizes, int[] left, int[] right) {

  /** A row of a result, which is without gaps; an operand either is too, or is one number. */
  @FunctionalInterface
  interface Row {

    /** Visits a row by where it begins in both operands and the result. */
    void visit(int left, int right, int to);
  }

  /**
   * Of two shapes.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  static Broadcast of(Shape left, Shape right) {
    int dimensions = Math.max(left.dimension(), right.dimension());
    int[] a = padded(left, dimensions);
    int[] b = padded(right, dimensions);
    int[] stepsA = Strides.steps(a);
    int[] stepsB = Strides.steps(b);
    long[] shape = new long[dimensions];
    int[] sizes = new int[dimensions];
    int[] lefts = new int[dimensions];
    int[] rights = new int[dimensions];
    int count = 0;
    for (int i = 0; i < dimensions; i++) {
      if (a[i] != b[i] && a[i] != 1 && b[i] != 1) {
        throw new IllegalArgumentException(
            "arrays of shapes " + left + " and " + right + " do not go together");
      }
      int size = a[i] == 1 ? b[i] : a[i];
      shape[i] = size;
      if (size == 1) {
        continue;
      }
      int stepA = a[i] == 1 ? 0 : stepsA[i];
      int stepB = b[i] == 1 ? 0 : stepsB[i];
      if (count > 0 && lefts[count - 1] == stepA * size && rights[count - 1] == stepB * size) {
        count--;
        size *= sizes[count];
      }
      sizes[count] = size;
      lefts[count] = stepA;
      rights[count] = stepB;
      count++;
    }
    return new Broadcast(
        new Shape(shape),
        Arrays.copyOf(sizes, count),
        Arrays.copyOf(lefts, count),
        Arrays.copyOf(rights, count));
  }

  private static int[] padded(Shape shape, int dimensions) {
    int[] sizes = new int[dimensions];
    int missing = dimensions - shape.dimension();
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = i < missing ? 1 : Math.toIntExact(shape.get(i - missing));
    }
    return sizes;
  }

  /** How many numbers the result has. */
  int count() {
    return Math.toIntExact(shape.size());
  }

  /** How many numbers a row has. */
  int row() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  /** Whether the left array has one number for each row. */
  boolean leftRepeats() {
    return sizes.length > 0 && left[left.length - 1] == 0;
  }

  /** Whether the right array has one number for each row. */
  boolean rightRepeats() {
    return sizes.length > 0 && right[right.length - 1] == 0;
  }

  /** Visits all rows. */
  void rows(Row visitor) {
    int row = row();
    int count = row == 0 ? 0 : count() / row;
    int[] place = new int[sizes.length];
    int a = 0;
    int b = 0;
    for (int i = 0; i < count; i++) {
      visitor.visit(a, b, i * row);
      for (int d = sizes.length - 2; d >= 0; d--) {
        a += left[d];
        b += right[d];
        if (++place[d] < sizes[d]) {
          break;
        }
        a -= left[d] * sizes[d];
        b -= right[d] * sizes[d];
        place[d] = 0;
      }
    }
  }
}
