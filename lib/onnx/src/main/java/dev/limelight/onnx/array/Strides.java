package dev.limelight.onnx.array;

import ai.djl.ndarray.types.Shape;

/**
 * A way through the numbers of an array, row after row: reading them so makes a transposed, cut,
 * reversed or repeated array.
 *
 * @param offset where it begins
 * @param sizes how many steps there are in each dimension
 * @param steps how far each step of a dimension goes: 0 repeats, and below 0 goes backwards
 */
record Strides(int offset, int[] sizes, int[] steps) {

  /** Numbers from one place on with a distance between them. */
  @FunctionalInterface
  interface Row {

    /**
     * Visits a row.
     *
     * @param from where it begins
     * @param to where it is in the result, whose numbers have no distance
     */
    void visit(int from, int to);
  }

  /** The numbers one after the other. */
  static Strides of(Shape shape) {
    int[] sizes = sizes(shape);
    return new Strides(0, sizes, steps(sizes));
  }

  static int[] sizes(Shape shape) {
    int[] sizes = new int[shape.dimension()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(shape.get(i));
    }
    return sizes;
  }

  /** How far apart neighbours in each dimension are. */
  static int[] steps(int[] sizes) {
    int[] steps = new int[sizes.length];
    int step = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      steps[i] = step;
      step *= sizes[i];
    }
    return steps;
  }

  Shape shape() {
    long[] shape = new long[sizes.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes[i];
    }
    return new Shape(shape);
  }

  private int row() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  private int step() {
    return sizes.length == 0 ? 1 : steps[sizes.length - 1];
  }

  private int count() {
    int count = 1;
    for (int size : sizes) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  private void rows(Row visitor) {
    int row = row();
    int count = row == 0 ? 0 : count() / row;
    int[] place = new int[sizes.length];
    int from = offset;
    for (int i = 0; i < count; i++) {
      visitor.visit(from, i * row);
      for (int d = sizes.length - 2; d >= 0; d--) {
        from += steps[d];
        if (++place[d] < sizes[d]) {
          break;
        }
        from -= steps[d] * sizes[d];
        place[d] = 0;
      }
    }
  }

  /** Reads numbers this way. */
  void gather(Object numbers, Object to) {
    int row = row();
    int step = step();
    if (step == 1) {
      rows((from, place) -> System.arraycopy(numbers, from, to, place, row));
    } else if (numbers instanceof float[] all && to instanceof float[] result) {
      rows(
          (from, place) -> {
            for (int i = 0; i < row; i++) {
              result[place + i] = all[from + i * step];
            }
          });
    } else {
      rows(
          (from, place) -> {
            for (int i = 0; i < row; i++) {
              System.arraycopy(numbers, from + i * step, to, place + i, 1);
            }
          });
    }
  }

  /** Writes numbers to the places from which {@link #gather} reads them. */
  void scatter(Object numbers, Object to) {
    int row = row();
    int step = step();
    rows(
        (place, from) -> {
          for (int i = 0; i < row; i++) {
            System.arraycopy(numbers, from + i, to, place + i * step, 1);
          }
        });
  }
}
