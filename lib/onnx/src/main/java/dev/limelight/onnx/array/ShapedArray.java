package dev.limelight.onnx.array;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What an array does with its shape, and with the places of its numbers. */
abstract class ShapedArray extends ElementwiseArray {

  ShapedArray(JavaManager manager, Object numbers, Shape shape, DataType type) {
    super(manager, numbers, shape, type);
  }

  private JavaArray self() {
    return (JavaArray) this;
  }

  /** A dimension's index, counted from the front. */
  int axis(int axis) {
    return axis(axis, getShape().dimension());
  }

  private static int axis(int axis, int dimensions) {
    int positive = axis < 0 ? axis + dimensions : axis;
    if (positive < 0 || positive >= dimensions) {
      throw new IllegalArgumentException("there is no dimension " + axis + " among " + dimensions);
    }
    return positive;
  }

  /** All dimensions. */
  int[] axes() {
    return IntStream.range(0, getShape().dimension()).toArray();
  }

  @Override
  public JavaArray reshape(Shape to) {
    long[] sizes = to.getShape().clone();
    long known = Arrays.stream(sizes).filter(size -> size >= 0).reduce(1, (a, b) -> a * b);
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = sizes[i] < 0 ? size() / Math.max(1, known) : sizes[i];
    }
    Shape full = new Shape(sizes);
    if (full.size() != size()) {
      throw new IllegalArgumentException(
          "an array of shape " + getShape() + " cannot take the shape " + to);
    }
    Shape before = getShape();
    JavaArray result = result(numbers(), full, getDataType());
    return Tape.recorded(result, self(), gradient -> gradient.reshape(before));
  }

  @Override
  public JavaArray flatten() {
    return reshape(new Shape(size()));
  }

  @Override
  public JavaArray expandDims(int axis) {
    int at = axis(axis, getShape().dimension() + 1);
    return reshape(getShape().slice(0, at).add(1).addAll(getShape().slice(at)));
  }

  @Override
  public JavaArray squeeze(int[] axes) {
    List<Integer> dropped = Arrays.stream(axes).map(this::axis).boxed().toList();
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < getShape().dimension(); i++) {
      if (!dropped.contains(i)) {
        left.add(getShape().get(i));
      }
    }
    return reshape(new Shape(left));
  }

  /** The numbers in another order, or some of them. */
  private JavaArray moved(Strides way) {
    Shape shape = way.shape();
    Object moved = Numbers.zeros(getDataType(), Math.toIntExact(shape.size()));
    way.gather(numbers(), moved);
    return result(moved, shape, getDataType());
  }

  @Override
  public JavaArray transpose() {
    int last = getShape().dimension() - 1;
    return transpose(IntStream.rangeClosed(0, last).map(i -> last - i).toArray());
  }

  @Override
  public JavaArray transpose(int... axes) {
    if (axes.length != getShape().dimension()) {
      throw new IllegalArgumentException(
          "an array of shape "
              + getShape()
              + " has another number of dimensions than "
              + axes.length);
    }
    Strides own = Strides.of(getShape());
    int[] sizes = new int[axes.length];
    int[] steps = new int[axes.length];
    int[] back = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      int from = axis(axes[i]);
      sizes[i] = own.sizes()[from];
      steps[i] = own.steps()[from];
      back[from] = i;
    }
    JavaArray result = moved(new Strides(0, sizes, steps));
    return Tape.recorded(result, self(), gradient -> gradient.transpose(back));
  }

  @Override
  public JavaArray flip(int... axes) {
    Strides own = Strides.of(getShape());
    int[] steps = own.steps().clone();
    int offset = 0;
    for (int each : axes) {
      int axis = axis(each);
      offset += (own.sizes()[axis] - 1) * steps[axis];
      steps[axis] = -steps[axis];
    }
    JavaArray result = moved(new Strides(offset, own.sizes(), steps));
    return Tape.recorded(result, self(), gradient -> gradient.flip(axes));
  }

  @Override
  public JavaArray broadcast(Shape to) {
    Shape full = Broadcast.of(getShape(), to).shape();
    if (!full.equals(to)) {
      throw new IllegalArgumentException(
          "an array of shape " + getShape() + " cannot be repeated to " + to);
    }
    int more = to.dimension() - getShape().dimension();
    Strides own = Strides.of(getShape());
    int[] steps = new int[to.dimension()];
    for (int i = more; i < steps.length; i++) {
      steps[i] = own.sizes()[i - more] == 1 ? 0 : own.steps()[i - more];
    }
    JavaArray result = moved(new Strides(0, Strides.sizes(to), steps));
    return Tape.recorded(result, self(), gradient -> gradient);
  }

  @Override
  public JavaArray repeat(int axis, long repeats) {
    int at = axis(axis);
    Shape before = getShape().slice(0, at);
    Shape after = getShape().slice(at + 1);
    long size = getShape().get(at);
    return expandDims(at + 1)
        .broadcast(before.add(size, repeats).addAll(after))
        .reshape(before.add(size * repeats).addAll(after));
  }

  @Override
  public JavaArray get(NDIndex index) {
    NDIndexFullSlice slice =
        NDIndexFullSlice.fromIndex(index, getShape()).orElseThrow(() -> Refusal.of("this index"));
    Strides own = Strides.of(getShape());
    int[] steps = own.steps().clone();
    int offset = 0;
    for (int i = 0; i < steps.length; i++) {
      offset += Math.toIntExact(slice.getMin()[i]) * steps[i];
      steps[i] *= Math.toIntExact(slice.getStep()[i]);
    }
    Strides way = new Strides(offset, Strides.sizes(slice.getShape()), steps);
    Shape whole = getShape();
    JavaArray part = moved(way).reshape(slice.getSqueezedShape());
    return Tape.recorded(
        part,
        self(),
        gradient -> {
          float[] all = new float[Math.toIntExact(whole.size())];
          way.scatter(((JavaArray) gradient).floats("gradient"), all);
          return ((JavaArray) gradient).result(all, whole);
        });
  }

  @Override
  public JavaArray get(NDManager manager, NDIndex index) {
    JavaArray part = get(index);
    part.attach(manager);
    return part;
  }

  /** Arrays one behind the other along an axis. */
  static JavaArray concatenated(List<JavaArray> parts, int axis) {
    JavaArray first = parts.get(0);
    int along = first.axis(axis);
    Shape before = first.getShape().slice(0, along);
    Shape after = first.getShape().slice(along + 1);
    long total = parts.stream().mapToLong(part -> part.getShape().get(along)).sum();
    Shape shape = before.add(total).addAll(after);
    Object all = Numbers.zeros(first.getDataType(), Math.toIntExact(shape.size()));
    int row = Math.toIntExact(total * after.size());
    int at = 0;
    long from = 0;
    List<Tape.Operand> operands = new ArrayList<>();
    for (JavaArray part : parts) {
      Shape own = part.getShape();
      if (!own.equals(before.add(own.get(along)).addAll(after))) {
        throw new IllegalArgumentException(
            "arrays of shapes " + first.getShape() + " and " + own + " have no common row");
      }
      int count = Math.toIntExact(own.get(along) * after.size());
      for (int i = 0; i < before.size(); i++) {
        System.arraycopy(part.numbers(), i * count, all, i * row + at, count);
      }
      at += count;
      NDIndex range = new NDIndex().addAllDim(along).addSliceDim(from, from + own.get(along));
      from += own.get(along);
      operands.add(new Tape.Operand(part, gradient -> gradient.get(range)));
    }
    return Tape.recorded(first.result(all, shape, first.getDataType()), operands);
  }

  @Override
  public NDArray swapAxes(int one, int other) {
    int[] order = axes();
    order[axis(one)] = axis(other);
    order[axis(other)] = axis(one);
    return transpose(order);
  }
}
