package dev.limelight.onnx.torchscript;

import dev.limelight.onnx.adjoint.Dimension;
import dev.limelight.onnx.pt2.ScalarType;
import dev.limelight.onnx.pt2.TensorMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A value while code is followed for several pictures at once, whose sizes differ. */
sealed interface Value {

  /**
   * A tensor.
   *
   * @param name in the graph
   * @param type of its elements
   * @param shapes one for each of the pictures
   * @param rowMajor whether its elements certainly lie in row-major order
   */
  record Tensor(String name, ScalarType type, List<long[]> shapes, boolean rowMajor)
      implements Value {

    int rank() {
      return shapes.get(0).length;
    }

    /** What the graph says of it: a length that differs between the pictures is open. */
    TensorMeta meta() {
      List<Dimension> sizes = new ArrayList<>();
      for (int i = 0; i < rank(); i++) {
        sizes.add(dimension(lengths(i)));
      }
      List<Long> strides = new ArrayList<>();
      long stride = rowMajor ? 1 : -1;
      for (int i = rank() - 1; i >= 0; i--) {
        strides.add(0, stride);
        stride = stride < 0 || !sizes.get(i).isKnown() ? -1 : stride * sizes.get(i).size();
      }
      return new TensorMeta(type, sizes, strides, 0);
    }

    /** The lengths of a dimension, one for each of the pictures. */
    long[] lengths(int dimension) {
      return shapes.stream().mapToLong(shape -> shape[dimension]).toArray();
    }

    private static Dimension dimension(long[] lengths) {
      boolean same = Arrays.stream(lengths).allMatch(length -> length == lengths[0]);
      // Lengths that are equal for all pictures have the same name.
      return same
          ? Dimension.of(lengths[0])
          : Dimension.open("s" + Arrays.toString(lengths).replaceAll("\\W+", "_"));
    }
  }

  /**
   * A whole number.
   *
   * @param numbers one for each of the pictures
   * @param name of the number in the graph, or "" if it is the same for all
   */
  record Whole(long[] numbers, String name) implements Value {

    boolean isKnown() {
      return name.isEmpty();
    }
  }

  /** A real number. */
  record Real(double number) implements Value {}

  /** A truth value. */
  record Truth(boolean holds) implements Value {}

  /** A text, or another word such as a device. */
  record Text(String text) implements Value {}

  /** None. */
  record Nothing() implements Value {}

  /** A list or a tuple. */
  record Many(List<Value> items) implements Value {}

  Nothing NOTHING = new Nothing();
}
