package dev.limelight.onnx.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.EngineName;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A call of an array's method that the engine has already computed.
 *
 * @param trace the graph that is written
 * @param name of the method
 * @param self the array whose method it is
 * @param arguments as the block gave them
 * @param results the shapes of what the engine gave
 */
record Call(Trace trace, String name, TracedArray self, Object[] arguments, List<Shape> results) {

  /** The array whose method it is. */
  String x() {
    return trace.tensor(self);
  }

  /** The shape of the array whose method it is. */
  Shape shape() {
    return self.shape();
  }

  /** Whether an engine computes it. */
  boolean isOn(EngineName engine) {
    return EngineName.of(self.value().getManager()).equals(Optional.of(engine));
  }

  /** The shape of the first result. */
  Shape result() {
    return results.get(0);
  }

  private @Nullable Object argument(int number) {
    if (number >= arguments.length) {
      throw refuse("it has " + arguments.length + " arguments only");
    }
    return arguments[number];
  }

  /** An argument, if it is of a type, or else null. */
  private <T> @Nullable T find(int number, Class<T> type) {
    Object argument = number < arguments.length ? arguments[number] : null;
    return type.isInstance(argument) ? type.cast(argument) : null;
  }

  private <T> T get(int number, Class<T> type) {
    T found = find(number, type);
    if (found == null) {
      throw refuse("its argument " + (number + 1) + " is " + argument(number));
    }
    return found;
  }

  /** Whether an argument is given, and not null. */
  boolean has(int number) {
    return number < arguments.length && arguments[number] != null;
  }

  /** An argument that is an array. */
  String tensor(int number) {
    return trace.tensor(trace.traced(get(number, NDArray.class)));
  }

  /** The shape of an argument that is an array. */
  Shape shape(int number) {
    return get(number, NDArray.class).getShape();
  }

  /** An argument that is an array or a number. */
  String operand(int number) {
    Number value = find(number, Number.class);
    return value == null ? tensor(number) : trace.number(value.floatValue());
  }

  /** The arrays of an argument that is a list. */
  List<String> tensors(int number) {
    return get(number, NDList.class).stream()
        .map(array -> trace.tensor(trace.traced(array)))
        .toList();
  }

  /** An argument that is a number. */
  double real(int number) {
    return get(number, Number.class).doubleValue();
  }

  /** An argument that is a whole number. */
  int whole(int number) {
    return get(number, Number.class).intValue();
  }

  /** An argument that is true or false. */
  boolean flag(int number) {
    return get(number, Boolean.class);
  }

  /** An argument that is a shape. */
  long[] lengths(int number) {
    return get(number, Shape.class).getShape();
  }

  /** An argument of a type. */
  <T> T of(int number, Class<T> type) {
    return get(number, type);
  }

  /** An axis, counted from the first one, of the array whose method it is. */
  int axis(int axis) {
    return axis < 0 ? axis + shape().dimension() : axis;
  }

  /** The axes that an argument names, or all of them. */
  long[] axes() {
    int[] given = find(0, int[].class);
    return given == null
        ? LongStream.range(0, shape().dimension()).toArray()
        : LongStream.range(0, given.length).map(i -> axis(given[(int) i])).toArray();
  }

  UnsupportedException refuse(String reason) {
    return new UnsupportedException(
        trace.where() + " calls " + name + ", which has no translation here: " + reason);
  }
}
