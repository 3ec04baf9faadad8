package dev.limelight.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The numbers of an array outside the engine: on MXNet an array takes longer to make than most of
 * what is read from a small one.
 *
 * @param shape of the array
 * @param values row by row; not copied
 */
@API(status = Status.INTERNAL)
public record PlainArray(Shape shape, float[] values) {

  /** The numbers of an engine's array. */
  public static PlainArray of(NDArray array) {
    return new PlainArray(array.getShape(), array.toFloatArray());
  }

  /**
   * Rows of one shape as one array.
   *
   * @param rows each (1, ...), one or more
   * @throws IllegalArgumentException if their shapes differ
   */
  public static PlainArray together(List<PlainArray> rows) {
    Shape one = rows.get(0).shape;
    int size = rows.get(0).values.length;
    float[] all = new float[Math.multiplyExact(rows.size(), size)];
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.get(i).shape.equals(one)) {
        throw new IllegalArgumentException(
            "rows of one array have one shape, but got " + one + " and " + rows.get(i).shape);
      }
      System.arraycopy(rows.get(i).values, 0, all, i * size, size);
    }
    return new PlainArray(new Shape(rows.size()).addAll(one.slice(1)), all);
  }

  /** The length of a dimension. */
  public int length(int dimension) {
    return Math.toIntExact(shape.get(dimension));
  }

  /** An engine's array of the same numbers, attached to the manager. */
  public NDArray in(NDManager manager) {
    return NativeArrays.of(manager, values, shape);
  }
}
