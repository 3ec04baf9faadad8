package dev.limelight.output;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shapes of all outputs of a network for pictures of one size. Where there are several, they
 * are explained as one array: flattened and put side by side, (N, total).
 *
 * @param outputs in the order of the file
 * @param width of the input, in pixels
 * @param height of the input, in pixels
 * @param labels the number of classes that have names, or 0 if it is unknown
 */
public record OutputShapes(List<Output> outputs, int width, int height, int labels) {

  /**
   * One output.
   *
   * @param name its name, or its index
   * @param shape of one picture with the batch first, (1, ...)
   */
  public record Output(String name, Shape shape) {

    /** The number of its values for a picture. */
    public long size() {
      return shape.size() / Math.max(1, shape.get(0));
    }

    /** The length of a dimension; the first is the batch. */
    public long length(int dimension) {
      return shape.get(dimension);
    }

    /** The number of dimensions, the batch among them. */
    public int dimensions() {
      return shape.dimension();
    }

    /** Its name and shape, such as {@code boxes (N, 8400, 4)}. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(name).append(" (N");
      for (int i = 1; i < shape.dimension(); i++) {
        text.append(", ").append(shape.get(i));
      }
      return text.append(')').toString();
    }
  }

  /** Copies the list. */
  public OutputShapes {
    outputs = List.copyOf(outputs);
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
    long from = outputs.subList(0, index).stream().mapToLong(Output::size).sum();
    return joined.get(":, " + from + ":" + (from + output.size())).reshape(own);
  }

  /** All outputs in words. */
  @Override
  public String toString() {
    return outputs.stream().map(Output::toString).collect(Collectors.joining(", "));
  }
}
