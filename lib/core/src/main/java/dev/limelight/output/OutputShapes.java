package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The outputs of a network for pictures of one size. Where there are several, they are explained as
 * one array: flattened and put side by side, (N, total).
 *
 * @param outputs in the order in which they lie side by side
 * @param width of the input, in pixels
 * @param height of the input, in pixels
 * @param labels the number of classes that have names, or 0 if it is unknown
 * @param sample the values for one picture of noise, side by side, or none; copied in
 */
public record OutputShapes(
    List<Output> outputs, int width, int height, int labels, float[] sample) {

  /**
   * One output.
   *
   * @param name its name, or its index
   * @param shape of one picture with the batch first, (1, ...)
   * @param whole whether the file says that its numbers are whole, as those of classes are
   * @param listed whether its rows are the boxes that a suppression within the model leaves: zeros
   *     after the last one, and the last row is only used where there are more than it holds
   */
  public record Output(String name, Shape shape, boolean whole, boolean listed) {

    /** An output of which no more is known. */
    public Output(String name, Shape shape) {
      this(name, shape, false, false);
    }

    /** The number of its values for a picture. */
    public long size() {
      return dimensions() == 0 ? 1 : shape.slice(1).size();
    }

    /** The length of a dimension; the first is the batch. */
    public long length(int dimension) {
      return shape.get(dimension);
    }

    /** The number of dimensions, the batch among them. */
    public int dimensions() {
      return shape.dimension();
    }

    /** Whether it has one row for the one picture. */
    public boolean isOfPictures() {
      return dimensions() > 0 && length(0) == 1;
    }

    /** Whether it has the shape (N, A, B). */
    public boolean isTable() {
      return dimensions() == 3;
    }

    /** The lengths of its dimensions, of which that of listed rows differs, -1. */
    public long[] lengths() {
      long[] lengths = shape.getShape().clone();
      if (listed) {
        lengths[1] = -1;
      }
      return lengths;
    }

    /** Its name and shape, such as {@code boxes (N, 8400, 4)}. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(name).append(" (");
      for (int i = 0; i < shape.dimension(); i++) {
        text.append(i == 0 ? "" : ", ");
        boolean batch = i == 0 && shape.get(0) == 1;
        text.append(batch ? "N" : i == 1 && listed ? "rows" : String.valueOf(shape.get(i)));
      }
      return text.append(')').toString();
    }
  }

  /** Copies the list and the values. */
  public OutputShapes {
    outputs = List.copyOf(outputs);
    sample = sample.clone();
  }

  /** The number of outputs. */
  public int size() {
    return outputs.size();
  }

  /** An output. */
  public Output get(int index) {
    return outputs.get(index);
  }

  /** The number of values of all outputs of a picture. */
  public long total() {
    return outputs.stream().mapToLong(Output::size).sum();
  }

  /**
   * One output in its own shape.
   *
   * @param joined what is explained: the only output as it is, or all side by side, (N, total)
   * @param index of the output
   * @return (N, ...)
   */
  public NDArray part(NDArray joined, int index) {
    long n = joined.getShape().get(0);
    Output output = outputs.get(index);
    Shape own = new Shape(n).addAll(output.shape().slice(1));
    if (outputs.size() == 1) {
      return joined.getShape().equals(own) ? joined : joined.reshape(own);
    }
    long from = from(index);
    return joined.get(":, " + from + ":" + (from + output.size())).reshape(own);
  }

  /** The values of one output for a picture of noise, row by row; none if they are unknown. */
  public float[] sample(int index) {
    int from = Math.toIntExact(from(index));
    int to = from + Math.toIntExact(outputs.get(index).size());
    return to <= sample.length ? Arrays.copyOfRange(sample, from, to) : new float[0];
  }

  private long from(int index) {
    return outputs.subList(0, index).stream().mapToLong(Output::size).sum();
  }

  /** All outputs in words. */
  @Override
  public String toString() {
    return outputs.stream().map(Output::toString).collect(Collectors.joining(", "));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OutputShapes shapes
        && outputs.equals(shapes.outputs)
        && width == shapes.width
        && height == shapes.height
        && labels == shapes.labels
        && Arrays.equals(sample, shapes.sample);
  }

  @Override
  public int hashCode() {
    return outputs.hashCode();
  }
}
