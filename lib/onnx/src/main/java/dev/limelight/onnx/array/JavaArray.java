package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An array in Java's own memory, with the operations that maps and scores need. It is computed with
 * as float32; other types can be moved and converted. What else DJL's arrays can do is refused by
 * its name.
 */
public final class JavaArray extends ShapedArray {

  JavaArray(JavaManager manager, Object numbers, Shape shape, DataType type) {
    super(manager, numbers, shape, type);
  }

  private JavaArray reduced(Reduction reduction, int[] axes, boolean kept) {
    boolean[] along = new boolean[getShape().dimension()];
    for (int axis : axes) {
      along[axis(axis)] = true;
    }
    long[] sizes = getShape().getShape().clone();
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (along[i]) {
        sizes[i] = 1;
      } else {
        left.add(sizes[i]);
      }
    }
    Shape full = new Shape(sizes);
    String name = reduction.name().toLowerCase(Locale.ROOT);
    float[] values = reduction.apply(floats(name), getShape(), along);
    JavaArray result = result(values, kept ? full : new Shape(left));
    JavaArray x = plain();
    JavaArray y = result.plain();
    return Tape.recorded(
        result,
        this,
        gradient -> {
          NDArray each = gradient.reshape(full);
          if (reduction == Reduction.SUM) {
            return each.broadcast(x.getShape());
          }
          // Several that are equal share the gradient.
          NDArray found = x.eq(y.reshape(full)).toType(DataType.FLOAT32, false);
          return found.mul(each.div(found.sum(axes, true)));
        });
  }

  @Override
  public NDArray sum() {
    return sum(axes(), false);
  }

  @Override
  public NDArray sum(int[] axes, boolean kept) {
    return reduced(Reduction.SUM, axes, kept);
  }

  @Override
  public NDArray mean() {
    return mean(axes(), false);
  }

  @Override
  public NDArray mean(int[] axes, boolean kept) {
    long count = 1;
    for (int axis : axes) {
      count *= getShape().get(axis(axis));
    }
    return sum(axes, kept).div(count);
  }

  @Override
  public NDArray max() {
    return max(axes(), false);
  }

  @Override
  public NDArray max(int[] axes, boolean kept) {
    return reduced(Reduction.MAX, axes, kept);
  }

  @Override
  public NDArray min() {
    return min(axes(), false);
  }

  @Override
  public NDArray min(int[] axes, boolean kept) {
    return reduced(Reduction.MIN, axes, kept);
  }

  @Override
  public NDArray argMax() {
    return reshape(new Shape(size())).argMax(0);
  }

  @Override
  public NDArray argMax(int axis) {
    int along = axis(axis);
    long[] indices = Reduction.largest(floats("argMax"), getShape(), along);
    Shape left = getShape().slice(0, along).addAll(getShape().slice(along + 1));
    return result(indices, left, DataType.INT64);
  }

  @Override
  public NDArray argMin() {
    return neg().argMax();
  }

  @Override
  public NDArray argMin(int axis) {
    return neg().argMax(axis);
  }

  @Override
  public NDArray softmax(int axis) {
    NDArray powers = belowLargest(axis).exp();
    return powers.div(powers.sum(new int[] {axis}, true));
  }

  @Override
  public NDArray logSoftmax(int axis) {
    NDArray below = belowLargest(axis);
    return below.sub(below.exp().sum(new int[] {axis}, true).log());
  }

  /** Less their largest, so that no power overflows; the result does not depend on it. */
  private NDArray belowLargest(int axis) {
    return sub(plain().max(new int[] {axis}, true));
  }

  @Override
  public NDArray matMul(NDArray other) {
    JavaArray right = owner().from(other);
    JavaArray a = plain();
    JavaArray b = right.plain();
    Products products = Products.of(getShape(), b.getShape());
    float[] values = products.apply(floats("matMul"), b.floats("matMul"));
    return Tape.recorded(
        result(values, products.shape()),
        List.of(
            new Tape.Operand(this, gradient -> gradient.matMul(b.swapAxes(-1, -2))),
            new Tape.Operand(right, gradient -> a.swapAxes(-1, -2).matMul(gradient))));
  }

  /** The length over some dimensions. */
  @Override
  public NDArray norm(int order, int[] axes, boolean kept) {
    if (order != 2) {
      throw Refusal.of("the norm of order " + order);
    }
    return square().sum(axes, kept).sqrt();
  }

  @Override
  public NDArray norm(boolean kept) {
    return norm(2, axes(), kept);
  }

  @Override
  public NDArray oneHot(int depth, float on, float off, DataType type) {
    Object indices = toType(DataType.INT64, false).numbers();
    int count = Array.getLength(indices);
    float[] values = new float[Math.multiplyExact(count, depth)];
    Arrays.fill(values, off);
    for (int i = 0; i < count; i++) {
      long index = Array.getLong(indices, i);
      if (index >= 0 && index < depth) {
        values[i * depth + (int) index] = on;
      }
    }
    return result(values, getShape().add(depth)).toType(type, false);
  }

  @Override
  public NDArrayEx getNDArrayInternal() {
    return ExtraOperations.of(this);
  }

  // What DJL's base class refuses itself, without a name.

  @Override
  public NDArray batchMatMul(NDArray other) {
    return matMul(other);
  }

  @Override
  public NDArray take(NDManager manager, NDArray index) {
    throw Refusal.of("take");
  }

  @Override
  public NDList topK(int k, int axis, boolean largest, boolean sorted) {
    throw Refusal.of("topK");
  }

  @Override
  public NDArray pad(Shape padding, double value) {
    throw Refusal.of("pad");
  }

  @Override
  public void setRequiresGradient(boolean required) {
    throw Refusal.of("setRequiresGradient");
  }

  @Override
  public NDArray getGradient() {
    throw Refusal.of("getGradient");
  }
}
